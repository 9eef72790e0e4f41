Things to remember about Docker files

- ask Dag about the registry
- never on a Friday
