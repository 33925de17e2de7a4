import { BadMongoAddress, connectMongo, mongoFaults } from './mongo-connection';

const SET = 'mongodb://user:word@h1,h2,h3/jiandang?replicaSet=rs0&tls=true';

describe('an address of MongoDB', () => {
  it.each([
    [SET],
    ['mongodb+srv://user:p%40ss@cluster.example/jiandang'],
    ['mongodb://user:p%40ss@h1,h2/jiandang?replicaSet=rs0&tls=true&w=majority&readPreference=primary'],
    ['mongodb://h/jiandang?replicaSet=rs0&tls=true&authMechanism=MONGODB-X509'],
    ['mongodb://127.0.0.1:27017,localhost:27018/?replicaSet=rs0'],
  ])('%s is good', (address) => {
    expect(mongoFaults(address)).toEqual([]);
  });

  it.each([
    ['http://h', 'mongodb://'],
    ['mongodb://h/jiandang?tls=true', 'replicaSet is missing'],
    ['mongodb://h/jiandang?replicaSet=rs0', 'tls=true is missing'],
    ['mongodb://h/jiandang?replicaSet=rs0&tls=true', 'user and password are missing'],
    ['mongodb+srv://h/jiandang?tls=false', 'tls=true is missing'],
    [`${SET}&tlsAllowInvalidCertificates=true`, 'certificates must be checked'],
    [`${SET}&w=1`, 'w must be majority'],
    [`${SET}&w=0`, 'w must be majority'],
    [`${SET}&journal=false`, 'journal=false'],
    [`${SET}&readPreference=secondaryPreferred`, 'readPreference must be primary'],
    ['mongodb://user:p@ss@h/jiandang?replicaSet=rs0&tls=true', 'percent-encoded'],
    ['mongodb://user:p:ss@h/jiandang?replicaSet=rs0&tls=true', 'percent-encoded'],
    ['mongodb://user:p/ss@h/jiandang?replicaSet=rs0&tls=true', 'percent-encoded'],
    ['mongodb://h/a.b?replicaSet=rs0&tls=true', 'name of a database'],
  ])('%s is refused: %s', (address, words) => {
    expect(mongoFaults(address).join('; ')).toContain(words);
  });

  it('may be a single server without TLS only where that is said', () => {
    expect(mongoFaults('mongodb://127.0.0.1/', { insecure: true })).toEqual([]);
    expect(mongoFaults('mongodb://127.0.0.1/?w=1', { insecure: true })).toHaveLength(1);
  });

  it('is examined before anything is sent, and its password is in no word of the refusal', async () => {
    const refused = connectMongo('mongodb://user:geheim@h/jiandang?w=1');
    await expect(refused).rejects.toBeInstanceOf(BadMongoAddress);
    await expect(refused).rejects.not.toThrow('geheim');
  });
});
