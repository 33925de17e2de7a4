import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readAddress } from '@kernel/event-store/adapters/eventstoredb-address';
import { readSettings, settingNames } from '@system/settings';

const root = join(__dirname, '../..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const compose = read('docker-compose.yml');
const cluster = read('docker-compose.cluster.yml');
const dockerfile = read('Dockerfile');
const sources = `${read('libs/system/metrics.ts')}\n${read('apps/api/src/create-app.ts')}`;

const all = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, found = '']) => found)),
];
/** The part of a file that describes one service. */
const service = (name: string): string =>
  new RegExp(`\\n  ${name}:.*?\\n((?:    .*\\n|\\n)+)`).exec(compose)?.[1] ?? '';

describe('the compose files', () => {
  it('name only settings that exist', () => {
    const named = all(`${compose}\n${cluster}\n${dockerfile}`, /\b(JIANDANG_[A-Z_]+)\b/g);
    expect(named.length).toBeGreaterThan(6);
    for (const name of named) expect(settingNames).toContain(name);
  });

  it('run entries of apps that the build writes', () => {
    const { projects } = JSON.parse(read('nest-cli.json')) as {
      projects: Record<string, { sourceRoot: string; entryFile: string }>;
    };
    const built = Object.values(projects).map(({ sourceRoot, entryFile }) => `dist/${sourceRoot}/${entryFile}.js`);
    const run = all(`${compose}\n${dockerfile}`, /(dist\/apps\/[\w/.-]+\.js)/g);
    expect(run).toHaveLength(3);
    for (const entry of run) {
      expect(built).toContain(entry);
      expect(existsSync(join(root, entry.replace(/^dist\//, '').replace(/\.js$/, '.ts')))).toBe(true);
    }
    for (const name of Object.keys(projects)) expect(dockerfile).toContain(name);
  });

  it.each(['proxy', 'api-1', 'projector', 'worker', 'eventstoredb', 'mongodb', 'redis'])(
    'give %s a health check and limits of memory and processors',
    (name) => {
      const text = service(name);
      expect(text).toContain('healthcheck:');
      expect(text).toMatch(/limits: \{ cpus: '[\d.]+', memory: \d+[MG] \}/);
    },
  );

  it('check health on the ports that the settings give', () => {
    const { port, healthPort } = readSettings({});
    expect(service('api-1')).toContain(`http://127.0.0.1:${String(port)}/health/live`);
    for (const name of ['projector', 'worker'])
      expect(service(name)).toContain(`JIANDANG_HEALTH_PORT: '${String(healthPort)}'`);
    expect(read('deploy/proxy/nginx.conf')).toContain(`api-1:${String(port)}`);
    expect(dockerfile).toContain(`EXPOSE ${String(port)} ${String(healthPort)}`);
  });

  it('pin every image, publish nothing but the proxy on this machine, and know no password', () => {
    const images = all(`${compose}\n${cluster}\n${dockerfile}`, /(?:image:|FROM) (\S+)/g);
    expect(images.length).toBeGreaterThan(5);
    for (const image of images) expect(image).toMatch(/:\d+\.\d+\.\d+/);
    expect(all(compose, /\n {4}ports: (.*)/g)).toEqual(["['127.0.0.1:3000:8080']"]);
    expect(`${compose}${cluster}`).not.toMatch(/password:\s*['"]?\w|changeit/i);
  });

  it('take secrets that the script makes, readable by their owner’s folder alone, and the settings accept them', () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'jd-secrets-')), 'secrets');
    const make = (...more: string[]) =>
      spawnSync(process.execPath, [join(root, 'deploy/make-secrets.mjs'), ...more], {
        env: { ...process.env, SECRETS_FOLDER: folder },
      });
    expect(make().status).toBe(0);
    const made = readdirSync(folder);
    for (const name of all(compose, /\.\/deploy\/secrets\/([\w-]+)/g)) expect(made).toContain(name);
    expect(statSync(folder).mode & 0o077).toBe(0);
    const env = Object.fromEntries(
      all(compose, /(JIANDANG_[A-Z_]+)_FILE/g).map((name) => [
        `${name}_FILE`,
        join(folder, name.slice(9).toLowerCase().replaceAll('_', '-')),
      ]),
    );
    const { engines } = readSettings(env);
    expect(engines?.mongodb).toContain('replicaSet=rs0');
    // The plain variant says that it is meant; else the adapter refuses the address.
    expect(engines?.eventstoredb).toContain('?tls=false&insecure=true');
    expect(readAddress(engines?.eventstoredb ?? '')).toMatchObject({ tls: false });
    const before = readFileSync(join(folder, 'redis'), 'utf8');
    make();
    expect(readFileSync(join(folder, 'redis'), 'utf8')).toBe(before);
  });

  it('reach the three nodes with TLS, their own authority and a password', () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'jd-secrets-')), 'secrets');
    spawnSync(process.execPath, [join(root, 'deploy/make-secrets.mjs'), '--cluster'], {
      env: { ...process.env, SECRETS_FOLDER: folder },
    });
    const address = readFileSync(join(folder, 'eventstoredb'), 'utf8');
    expect(address).toMatch(
      /^esdb:\/\/admin:[\w-]+@eventstoredb-1:2113,eventstoredb-2:2113,eventstoredb-3:2113\?tls=true&/,
    );
    expect(address).not.toContain('insecure');
    const [, authority = ''] = /tlsCAFile=([^&]+)/.exec(address) ?? [];
    expect(cluster).toContain(`EVENTSTORE_TRUSTED_ROOT_CERTIFICATES_PATH: ${dirname(authority)}`);
    const here = address.replace(authority, join(folder, 'eventstoredb'));
    expect(readAddress(here)).toMatchObject({ tls: true });
    expect(readAddress(here).shown).toContain('admin:***@');
  });

  it('are understood by docker compose, where there is one', () => {
    const { status: has } = spawnSync('docker', ['compose', 'version']);
    if (has !== 0) {
      process.stderr.write('skipped: docker compose config, for want of docker compose\n');
      return;
    }
    for (const files of [
      ['-f', 'docker-compose.yml'],
      ['-f', 'docker-compose.yml', '-f', 'docker-compose.cluster.yml'],
    ]) {
      const { status, stderr } = spawnSync('docker', ['compose', ...files, 'config', '-q'], {
        cwd: root,
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([0, '']);
    }
  });
});

describe('the board and the alerts', () => {
  it('ask for measures that the processes answer', () => {
    const asked = all(
      `${read('deploy/grafana/jiandang.json')}\n${read('deploy/alerts.yml')}`,
      /\b(jiandang_[a-z_]+)\b/g,
    );
    expect(asked.length).toBeGreaterThan(6);
    for (const name of asked) expect(sources).toContain(name.replace(/_(bucket|count|sum)$/, ''));
  });

  it('explain every alert', () => {
    const docs = read('docs/engines.md');
    for (const name of all(read('deploy/alerts.yml'), /alert: (\w+)/g)) expect(docs).toContain(name);
  });
});
