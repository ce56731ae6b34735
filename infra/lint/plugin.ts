import path from 'node:path';
import { brokenWall } from './import-walls.ts';

/** The parts of oxlint's (ESLint-compatible) plugin interface that the rule uses. */
interface ImportNode {
  readonly source?: { readonly value?: unknown } | null;
  readonly importKind?: string;
  readonly exportKind?: string;
}
interface RuleContext {
  readonly cwd: string;
  readonly filename: string;
  report(problem: { readonly node: ImportNode; readonly message: string }): void;
}

function create(context: RuleContext) {
  const file = path.relative(context.cwd, context.filename);
  const check = (node: ImportNode, typeOnly: boolean): void => {
    const specifier = node.source?.value;
    if (typeof specifier !== 'string') return;
    const message = brokenWall({ file, specifier, typeOnly });
    if (message !== undefined) context.report({ node, message });
  };
  return {
    ImportDeclaration: (node: ImportNode) => check(node, node.importKind === 'type'),
    ExportNamedDeclaration: (node: ImportNode) => check(node, node.exportKind === 'type'),
    ExportAllDeclaration: (node: ImportNode) => check(node, node.exportKind === 'type'),
    ImportExpression: (node: ImportNode) => check(node, false),
    TSImportType: (node: ImportNode) => check(node, true),
  };
}

// oxlint loads a plugin by its default export.
export default { meta: { name: 'slipway' }, rules: { 'import-walls': { create } } };
