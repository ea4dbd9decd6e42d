//! Room: papers — their register, its stages, and the field that says what they are about must be there.

use super::super::directory::Directory;
use super::super::fault::{Noun, Wanted};
use super::super::source::PaperSource;
use super::Ground;
use super::scope::Scope;
use crate::definition::Paper;

/// The papers, in the order of their files.
pub(super) fn papers(ground: &Ground<'_>, scopes: &[Scope<'_>]) -> Vec<Paper> {
    let mut ids = Directory::new(Noun::Paper);
    let mut papers = Vec::new();
    for source in &ground.pack.papers {
        ids.add(ground.sources, &source.id, ());
        papers.extend(paper(ground, scopes, source));
    }
    papers
}

fn paper(ground: &Ground<'_>, scopes: &[Scope<'_>], source: &PaperSource) -> Option<Paper> {
    let register = *ground.registers.find(ground.sources, &source.register)?;
    let scope = scopes.iter().find(|scope| scope.no == register)?;
    for stage in &source.stages {
        scope.stages.check(ground.sources, stage);
    }
    let about = source.about.as_ref();
    Some(Paper {
        id: source.id.text.clone(),
        name: source.name.text.clone(),
        register,
        stages: source.stages.iter().map(|stage| stage.text.clone()).collect(),
        about: about.and_then(|word| Some(scope.readable(word, Wanted::Number)?.no)),
        template: source.template.clone(),
    })
}
