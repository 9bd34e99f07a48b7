"""Who may touch what: one SELECT that fetches and authorises, or raises NotFound or Forbidden."""
