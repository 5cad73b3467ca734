"""Pages of packs: the console's, and those a secretary and a courier hold in their hand."""
