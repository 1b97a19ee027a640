// A hospital's sign-in service for the tests: node oidc_server.mjs PORT BACK-ADDRESS. Whoever's name is written here comes in with any password.
import Provider from "oidc-provider";

const [port, back] = process.argv.slice(2);
const people = { ada: ["Ada of the Board", "board"], ben: ["Ben at the Ward", "clinician"], eve: ["Eve from Accounts", "admin"], tom: ["Tom", undefined] };
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "islet-at-the-test-hospital", client_secret: "a secret of the client", redirect_uris: [back] }],
  claims: { openid: ["sub"], profile: ["name", "islet_role"] },
  cookies: { keys: ["only for tests"] },
  conformIdTokenClaims: process.env.CLAIMS_IN_ID_TOKEN === undefined,
  findAccount: (_, id) => {
    const [name, role] = people[id] ?? [undefined, undefined];
    return { accountId: id, claims: () => ({ sub: id, name, islet_role: role }) };
  },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
