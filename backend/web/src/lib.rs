//! Pages and API. Never computes a verdict, never calls GitHub.
