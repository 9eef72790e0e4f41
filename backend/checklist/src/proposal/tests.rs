//! What is proposed, and what is left.

use super::*;

fn proposal(text: &str) -> Proposal {
    let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
    propose(&file, Catalog::built_in(), &Policy::default())
}

fn proposed(text: &str) -> String {
    proposal(text).content.unwrap_or_else(|| "nothing".to_owned())
}

#[test]
fn a_build_stage_gets_its_dev_image_and_what_ships_its_runtime_image() {
    let text = "# syntax=docker/dockerfile:1\nFROM node:24-alpine AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\n\nfrom node:24-alpine as web\nWORKDIR /app\nCOPY --from=build /app/dist ./dist\nEXPOSE 3000\nCMD node dist/server.js\n";
    insta::assert_snapshot!(proposed(text), @r#"
    # syntax=docker/dockerfile:1
    FROM dhi.io/node:24-alpine3.24-dev AS build
    WORKDIR /app
    COPY . .
    RUN npm ci && npm run build

    from dhi.io/node:24-alpine3.24 as web
    WORKDIR /app
    COPY --chown=node --from=build /app/dist ./dist
    EXPOSE 3000
    CMD ["node", "dist/server.js"]
    "#);
}
