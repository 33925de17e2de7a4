// Runs every check that a change must pass, two at a time: lint, the longest, beside the others. Says all that failed.
import { spawn } from 'node:child_process';
import { root } from './prepare.mjs';

const LANES = [['lint'], ['format', 'types', 'architecture', 'dead', 'generated']];

const passes = (name) =>
  new Promise((resolve) => {
    const began = Date.now();
    const check = spawn('npm', ['run', '-s', `check:${name}`], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = [];
    for (const stream of [check.stdout, check.stderr]) stream.on('data', (data) => said.push(data));
    check.on('close', (code) => {
      const seconds = Math.round((Date.now() - began) / 1000);
      process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
      if (code !== 0) process.stdout.write(Buffer.concat(said));
      resolve(code === 0);
    });
  });

const inTurn = async (names) => {
  const results = [];
  for (const name of names) results.push(await passes(name));
  return results.every(Boolean);
};

const results = await Promise.all(LANES.map(inTurn));
process.exit(results.every(Boolean) ? 0 : 1);
