"""流动党员登记表: who lives elsewhere, where they reported in, who received them.

Home and host both say yes to a report; from then on the sessions of the host know the
member, and what is learned there counts at home.
"""
