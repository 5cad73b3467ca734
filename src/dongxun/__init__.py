"""Dongxun (冬训): plan, deliver and account for a season of joint winter training."""
