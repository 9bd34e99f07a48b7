"""One module per screen: SELECT columns, return a frozen dataclass."""
