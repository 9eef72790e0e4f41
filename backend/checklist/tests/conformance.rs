//! Reading Dockerfiles against BuildKit's own reading of the same files.
//!
//! The material lies beside the repository (`../shared/conformance`, `../shared/corpus`). Where
//! it is missing these tests say so and pass: the crate's own cases still run.

#[path = "conformance/material.rs"]
mod material;
#[path = "conformance/meaning.rs"]
mod meaning;
#[path = "conformance/syntax.rs"]
mod syntax;

use material::{Case, Failure, Material, SKIPPED, Score};

#[test]
fn the_hand_made_syntax_cases_are_read_as_buildkit_reads_them() -> Result<(), Failure> {
    let Some(material) = Material::find() else {
        println!("{SKIPPED}");
        return Ok(());
    };
    let score = compare(&material.cases("syntax")?, syntax::difference);
    println!("{score}");
    assert_eq!(score.wrong, 0, "{score}");
    Ok(())
}

#[test]
fn every_real_file_is_cut_into_the_instructions_that_buildkit_sees() -> Result<(), Failure> {
    let Some(material) = Material::find() else {
        println!("{SKIPPED}");
        return Ok(());
    };
    let score = compare(&material.truth("parse")?, syntax::difference);
    println!("{score}");
    assert_eq!(score.wrong, 0, "{score}");
    Ok(())
}

#[test]
fn the_hand_made_semantics_cases_have_the_values_that_buildkit_computes() -> Result<(), Failure> {
    let Some(material) = Material::find() else {
        println!("{SKIPPED}");
        return Ok(());
    };
    let score = compare(&material.cases("semantics")?, meaning::difference);
    println!("{score}");
    assert_eq!(score.wrong, 0, "{score}");
    Ok(())
}

#[test]
fn every_real_file_has_the_values_that_buildkit_computes() -> Result<(), Failure> {
    let Some(material) = Material::find() else {
        println!("{SKIPPED}");
        return Ok(());
    };
    let score = compare(&material.truth("semantics")?, meaning::difference);
    println!("{score}");
    assert_eq!(score.wrong, 0, "{score}");
    Ok(())
}

/// Compares every case; a comparison that does not apply gives `None`.
fn compare(cases: &[Case], difference: fn(&Case) -> Option<Result<(), String>>) -> Score {
    let mut score = Score::default();
    for case in cases {
        match difference(case) {
            None => {}
            Some(Ok(())) => score.total += 1,
            Some(Err(text)) => score.fail(&case.id, text),
        }
    }
    score
}
