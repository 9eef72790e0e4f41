name := "event-lake"
scalaVersion := "2.13.15"
