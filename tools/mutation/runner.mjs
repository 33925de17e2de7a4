/**
 * Runs specs of pure code in this one process: thousands of mutants in minutes, where a jest process a mutant takes
 * hours.
 * A mutant inside a function is switched on while its tests run; one at the top level of a module is loaded with it.
 */
import { createRequire } from 'node:module';
import { globSync } from 'glob';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';

const COMPLETE = 'complete';

class SpecRunner {
  #specs;
  #tests = [];
  #isDirty = true;

  constructor({ specs }) {
    this.#specs = globSync(specs.files).sort();
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun({ coverageAnalysis }) {
    globalThis.__stryker__ = {};
    this.#load();
    const tests = [];
    for (const test of this.#tests) {
      if (coverageAnalysis === 'perTest') globalThis.__stryker__.currentTestId = test.id;
      const began = performance.now();
      const failureMessage = await failureOf(test);
      const { id, name, file: fileName } = test;
      const status = failureMessage === undefined ? 'success' : 'failed';
      tests.push({ id, name, fileName, timeSpentMs: performance.now() - began, status, failureMessage });
    }
    delete globalThis.__stryker__.currentTestId;
    return { status: COMPLETE, tests, mutantCoverage: globalThis.__stryker__.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, mutantActivation, hitLimit }) {
    const isStatic = mutantActivation === 'static';
    Object.assign(globalThis.__stryker__, {
      activeMutant: undefined,
      hitCount: hitLimit === undefined ? undefined : 0,
      hitLimit,
    });
    try {
      if (isStatic) globalThis.__stryker__.activeMutant = activeMutant.id;
      if (isStatic || this.#isDirty) this.#load();
      globalThis.__stryker__.activeMutant = activeMutant.id;
      return await this.#resultOf(testFilter);
    } catch (error) {
      return { status: 'killed', killedBy: [this.#specs[0]], failureMessage: String(error), nrOfTests: 0 };
    } finally {
      globalThis.__stryker__.activeMutant = undefined;
      this.#isDirty = isStatic;
    }
  }

  async #resultOf(testFilter) {
    const { hitLimit } = globalThis.__stryker__;
    const chosen = testFilter ? this.#tests.filter(({ id }) => testFilter.includes(id)) : this.#tests;
    for (const [index, test] of chosen.entries()) {
      const failureMessage = await failureOf(test);
      if (hitLimit !== undefined && globalThis.__stryker__.hitCount > hitLimit) return { status: 'timeout' };
      if (failureMessage !== undefined)
        return { status: 'killed', killedBy: [test.id], failureMessage, nrOfTests: index + 1 };
    }
    return { status: 'survived', nrOfTests: chosen.length };
  }

  #load() {
    const { loadSpecs } = createRequire(`${process.cwd()}/`)('./tools/mutation/load-specs.cjs');
    this.#tests = loadSpecs(this.#specs);
    this.#isDirty = false;
  }
}

const failureOf = async ({ run }) => {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const makeRunner = (options) => new SpecRunner(options);
makeRunner.inject = ['options'];

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'specs', makeRunner)];
export const strykerValidationSchema = {
  properties: { specs: { type: 'object', properties: { files: { type: 'array', items: { type: 'string' } } } } },
};
