//! Reads the DHI catalogue's definition files into the facts that checklist reads.
