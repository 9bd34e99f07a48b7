"""flask doctor: looks at a deployment as somebody would before opening it to a school, and changes nothing."""
