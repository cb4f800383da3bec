"""Reflect | Recharge: from a partnership's sign-up to its six-month action plan."""
