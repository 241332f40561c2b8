"""Identity providers that speak OpenID Connect: where people of larger companies sign in."""
