//! The types that the stand-in answers, read from `schema.graphql`.

use std::collections::{HashMap, HashSet};

use graphql_parser::schema::{self, Definition, Type, TypeDefinition};

use crate::error::FakeError;

const TEXT: &str = include_str!("schema.graphql");

pub(super) type TypeRef = Type<'static, String>;
type Inputs = Vec<schema::InputValue<'static, String>>;

/// A field of a type.
#[derive(Debug, Clone)]
pub(super) struct FieldDefinition {
    pub(super) arguments: Inputs,
    pub(super) field_type: TypeRef,
}

/// What a type name stands for.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// A type with fields; for an interface, the types that implement it.
    Composite(HashMap<String, FieldDefinition>, HashSet<String>),
    Enum(HashSet<String>),
    Input(Inputs),
    Scalar,
}

/// All types by name.
#[derive(Debug)]
pub(crate) struct Schema(HashMap<String, Kind>);

impl Schema {
    pub(crate) fn load() -> Result<Self, FakeError> {
        let document = schema::parse_schema::<String>(TEXT)
            .map_err(|error| FakeError::Schema(error.to_string()))?;
        let mut types = HashMap::new();
        for name in ["Int", "Float", "String", "Boolean", "ID"] {
            types.insert(name.to_owned(), Kind::Scalar);
        }
        let mut implementors = implementors(&document);
        for definition in document.into_static().definitions {
            let Definition::TypeDefinition(definition) = definition else { continue };
            add(&mut types, &mut implementors, definition);
        }
        Ok(Self(types))
    }

    pub(super) fn kind(&self, name: &str) -> Option<&Kind> {
        self.0.get(name)
    }

    pub(super) fn field(&self, type_name: &str, field: &str) -> Option<&FieldDefinition> {
        match self.kind(type_name)? {
            Kind::Composite(fields, _) => fields.get(field),
            Kind::Enum(_) | Kind::Input(_) | Kind::Scalar => None,
        }
    }

    pub(super) fn is_composite(&self, name: &str) -> bool {
        matches!(self.kind(name), Some(Kind::Composite(..)))
    }

    /// Whether a value of the concrete type may stand where `name` is expected.
    pub(super) fn is_a(&self, concrete: &str, name: &str) -> bool {
        if concrete == name {
            return true;
        }
        matches!(self.kind(name), Some(Kind::Composite(_, those)) if those.contains(concrete))
    }
}

/// The types that implement each interface.
fn implementors(document: &schema::Document<'_, String>) -> HashMap<String, HashSet<String>> {
    let mut found: HashMap<String, HashSet<String>> = HashMap::new();
    for definition in &document.definitions {
        let Definition::TypeDefinition(TypeDefinition::Object(object)) = definition else {
            continue;
        };
        for interface in &object.implements_interfaces {
            found.entry(interface.clone()).or_default().insert(object.name.clone());
        }
    }
    found
}

fn add(
    types: &mut HashMap<String, Kind>,
    implementors: &mut HashMap<String, HashSet<String>>,
    definition: TypeDefinition<'static, String>,
) {
    match definition {
        TypeDefinition::Scalar(scalar) => {
            types.insert(scalar.name, Kind::Scalar);
        }
        TypeDefinition::Object(object) => {
            types.insert(object.name, Kind::Composite(fields(object.fields), HashSet::new()));
        }
        TypeDefinition::Interface(interface) => {
            let those = implementors.remove(&interface.name).unwrap_or_default();
            types.insert(interface.name, Kind::Composite(fields(interface.fields), those));
        }
        TypeDefinition::Union(union) => {
            let those = union.types.into_iter().collect();
            types.insert(union.name, Kind::Composite(HashMap::new(), those));
        }
        TypeDefinition::Enum(values) => {
            let names = values.values.into_iter().map(|it| it.name).collect();
            types.insert(values.name, Kind::Enum(names));
        }
        TypeDefinition::InputObject(input) => {
            types.insert(input.name, Kind::Input(input.fields));
        }
    }
}

fn fields(fields: Vec<schema::Field<'static, String>>) -> HashMap<String, FieldDefinition> {
    let define = |it: schema::Field<'static, String>| {
        let definition = FieldDefinition { arguments: it.arguments, field_type: it.field_type };
        (it.name, definition)
    };
    fields.into_iter().map(define).collect()
}

/// The type's own name, without lists and exclamation marks.
pub(super) fn base_name(of: &TypeRef) -> &str {
    match of {
        Type::NamedType(name) => name,
        Type::ListType(inner) | Type::NonNullType(inner) => base_name(inner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_reads_and_names_only_types_it_defines() {
        let schema = Schema::load().unwrap();
        for kind in schema.0.values() {
            let Kind::Composite(fields, _) = kind else { continue };
            for field in fields.values() {
                let name = base_name(&field.field_type);
                assert!(schema.kind(name).is_some(), "{name}");
            }
        }
        assert!(schema.is_a("Blob", "GitObject"));
        assert!(!schema.is_a("Ref", "GitObject"));
    }
}
