"""流动党员登记表 from a workbook: its columns, what each row means, writing and taking back."""
