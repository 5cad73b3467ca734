"""Questions of the bank come in from a workbook."""
