"""流动党员: the queue of the console, the phone of the secretary, reporting in without account."""
