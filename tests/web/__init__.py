"""Views, as a browser would ask them."""
