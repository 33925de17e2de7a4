// Run by healthy.sh in mongosh.
const admin = connect('mongodb://127.0.0.1:27017/admin?directConnection=true');
admin.auth('root', process.env.ROOT_PASSWORD);
try {
  admin.adminCommand({ replSetGetStatus: 1 }).ok;
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error;
  admin.adminCommand({ replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host: 'mongodb:27017' }] } });
}
if (!admin.hello().isWritablePrimary) quit(1);
const user = {
  user: 'jiandang',
  pwd: process.env.APP_PASSWORD,
  roles: [
    { role: 'readWrite', db: 'jiandang' },
    { role: 'dbAdmin', db: 'jiandang' },
  ],
};
const app = admin.getSiblingDB('jiandang');
if (app.getUser('jiandang') === null) app.createUser(user);
