"""How the parts of Sidus speak HTTP: routing, problem documents, schemas, paging, the application itself."""
