/** Generated from browser/page.ts: the script of a pack's page. */
export const PAGE_CODE = `
"use strict";
(() => {
  // libs/kernel/evidence/verifying/primitives.ts
  var { subtle } = globalThis.crypto;
  var utf8 = (text) => new TextEncoder().encode(text);
  var hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  var unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  var unbase64 = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  var join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
  var uint64 = (number) => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
    return bytes;
  };
  var sha256 = async (bytes) => new Uint8Array(await subtle.digest("SHA-256", Uint8Array.from(bytes)));
  var hashText = async (text) => hex(await sha256(utf8(text)));
  var J = (value) => {
    if (Array.isArray(value)) return \`[\${value.map(J).join(",")}]\`;
    if (typeof value !== "object") return JSON.stringify(value);
    const members = Object.entries(value).filter(([, one]) => one !== void 0).sort(([a], [b]) => a < b ? -1 : 1);
    return \`{\${members.map(([key, one]) => \`\${JSON.stringify(key)}:\${J(one)}\`).join(",")}}\`;
  };
  var leafOf = (entry) => sha256(join([0], entry));
  var nodeOf = (left, right) => sha256(join([1], left, right));
  var climb = async (leaf, index, size, path) => {
    let [node, last, hash] = [index, size - 1, leaf];
    if (!(index >= 0 && index < size)) return void 0;
    for (const step of path.map(unhex)) {
      if (last === 0) return void 0;
      if (node % 2 === 1 || node === last) {
        hash = await nodeOf(step, hash);
        while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
      } else hash = await nodeOf(hash, step);
      [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
    }
    return last === 0 ? hex(hash) : void 0;
  };
  var hmac = async (salt, text) => {
    const key = await subtle.importKey("raw", salt, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return hex(new Uint8Array(await subtle.sign("HMAC", key, utf8(text))));
  };

  // libs/kernel/evidence/verifying/work.ts
  var damage = (work, kind, detail, stream, event) => {
    work.damages.push({
      kind,
      detail,
      ...stream !== void 0 && { stream },
      ...event && { revision: event.rev, id: event.id }
    });
  };
  var bodyOf = ({ body }) => body === void 0 ? void 0 : JSON.parse(body);

  // libs/kernel/evidence/verifying/checkpoint.ts
  var readNote = (text) => {
    const end = text.lastIndexOf("\\n\\n");
    const lines = text.slice(end + 2, -1).split("\\n");
    const signatures = lines.map((line) => {
      const [, name = "", encoded = ""] = /^— (\\S+) (\\S+)$/u.exec(line) ?? [];
      const bytes = unbase64(encoded);
      return { name, keyId: hex(bytes.slice(0, 4)), signature: bytes.slice(4) };
    });
    return { text: text.slice(0, end + 1), signatures };
  };
  var readKey = async (key) => {
    const [name = "", keyId = "", ...rest] = key.trim().split("+");
    const typed = unbase64(rest.join("+"));
    const computed = hex(await sha256(join(utf8(\`\${name}
\`), typed))).slice(0, 8);
    return { name, keyId, type: typed[0], raw: typed.slice(1), right: computed === keyId && typed.length === 33 };
  };
  var ed25519 = async (raw, signature, message) => {
    try {
      const key = await subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
      return await subtle.verify({ name: "Ed25519" }, key, signature, message);
    } catch (error) {
      if (error instanceof Error && error.name === "NotSupportedError") return void 0;
      return false;
    }
  };
  var messageOf = (type, text, signature) => {
    if (type !== 4) return { message: utf8(text), bytes: signature };
    const time = new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0);
    const message = utf8(\`cosignature/v1
time \${String(time)}
\${text}\`);
    return { message, bytes: signature.slice(8), time: Number(time) };
  };
  var checkStated = (work, { text }) => {
    const { basis } = work.evidence;
    const [origin = "", size = "", root = ""] = text.split("\\n");
    if (text !== \`\${origin}
\${size}
\${root}
\` || !origin.endsWith(\`/\${basis.log}\`) || origin !== basis.origin)
      damage(work, "checkpoint", "it is not a checkpoint of this log");
    if (Number(size) !== basis.treeSize || hex(unbase64(root)) !== basis.root)
      damage(work, "checkpoint", "size or root are not those that the pack states");
  };
  var checkSignature = async (work, text, { name, signature }, key) => {
    const { message, bytes, time } = messageOf(key.type, text, signature);
    const isRight = await ed25519(key.raw, bytes, message);
    if (isRight === void 0) work.doubts.push("no-ed25519");
    else if (!isRight) damage(work, "signature", \`the signature of \${name} is not right\`);
    const isLogs = key.type === 1 && text.startsWith(\`\${name}
\`);
    return {
      byLog: isLogs && isRight !== false,
      ...time !== void 0 && isRight === true && { at: new Date(time * 1e3).toISOString() }
    };
  };
  var checkCheckpoint = async (work, trusted) => {
    const note = readNote(work.evidence.checkpoint);
    checkStated(work, note);
    if (trusted.length === 0) work.doubts.push("keys-of-pack");
    const keys2 = await Promise.all((trusted.length > 0 ? trusted : work.evidence.keys).map(readKey));
    const witnesses = [];
    let signed = 0;
    for (const signature of note.signatures) {
      const { name, keyId } = signature;
      const key = keys2.find((one) => one.right && one.name === name && one.keyId === keyId);
      if (!key) continue;
      const { byLog, at } = await checkSignature(work, note.text, signature, key);
      if (byLog) signed++;
      if (at !== void 0) witnesses.push({ name, at });
    }
    if (signed === 0) damage(work, "signature", "no key that is trusted here signed the checkpoint");
    return witnesses;
  };

  // libs/kernel/evidence/verifying/streams.ts
  var ZERO = "0".repeat(64);
  var sidOf = async (work, stream) => {
    const known = work.sids.get(stream) ?? await hashText(\`jiandang/1/stream
\${work.evidence.basis.log}
\${stream}\`);
    work.sids.set(stream, known);
    return known;
  };
  var bodyHashOf = (event) => event.body === void 0 ? Promise.resolve(event.bodyHash) : hashText(\`jiandang/1/body
\${event.body}\`);
  var checkEvent = async (work, stream, event) => {
    const { h, ...meta } = event.meta;
    const { id, rev, type } = event;
    if (event.body !== void 0 && J(JSON.parse(event.body)) !== event.body)
      damage(work, "form", "the body is not canonical", stream, event);
    if (event.body !== void 0 && event.bodyHash !== void 0)
      damage(work, "form", "a body and its hash at once", stream, event);
    const head = { body: await bodyHashOf(event), id, log: work.evidence.basis.log, meta, rev, stream, type };
    if (await hashText(\`jiandang/1/event
\${J(head)}\`) !== h)
      damage(work, "hash", "body or head does not hash to h", stream, event);
    if (event.sigs && await hashText(\`jiandang/1/sigs
\${J(event.sigs)}\`) !== meta["sig"])
      damage(work, "signature", "the signatures are not those of the event", stream, event);
    const entry = join([1], unhex(await sidOf(work, stream)), uint64(rev), unhex(h ?? ""));
    const root = await climb(await leafOf(entry), event.index, work.size, event.path);
    if (root !== work.root) damage(work, "inclusion", "the ledger does not hold this event at its place", stream, event);
    for (const part of event.parts ?? []) await checkPart(work, stream, event, part);
  };
  var checkPart = async (work, stream, event, { seal, part, salt }) => {
    const sealed = bodyOf(event)?.seals[seal];
    if (!sealed) {
      damage(work, "seal", \`there is no seal \${String(seal)}\`, stream, event);
      return;
    }
    const { c, ...named2 } = sealed;
    if (await hmac(unhex(salt), \`jiandang/1/seal
\${J({ ...named2, id: event.id, part })}\`) !== c)
      damage(work, "seal", \`the opened part is not what was sealed (\${named2.class})\`, stream, event);
  };
  var checkStream = async (work, { stream, events }) => {
    let [rev, h, index] = [-1, ZERO, -1];
    for (const event of events) {
      if (event.rev !== rev + 1)
        damage(work, "revision", \`revision \${String(event.rev)} follows \${String(rev)}\`, stream, event);
      if (event.meta["prev"] !== h) damage(work, "chain", "prev is not the hash of the revision before", stream, event);
      if (event.index <= index) damage(work, "inclusion", "the ledger holds it before its predecessor", stream, event);
      await checkEvent(work, stream, event);
      [rev, h, index] = [event.rev, event.meta["h"] ?? "", event.index];
    }
  };
  var isHead = async ({ sid, rev, h, index, path }, sealed) => await climb(await leafOf(join(unhex(sid), uint64(rev), unhex(h))), index, sealed.streams, path) === sealed.root;
  var checkComplete = async (work, one, sealed) => {
    const { stream, events, head } = one;
    const sid = await sidOf(work, stream);
    const last = events.at(-1);
    if (!last) {
      if (!one.absence || !await isAbsent(sid, one.absence, sealed))
        damage(work, "complete", "it is not proven that the stream is not there", stream);
      return;
    }
    if (!head || !await isHead({ sid, rev: last.rev, h: last.meta["h"] ?? "", ...head }, sealed))
      damage(work, "complete", "the last event shown is not proven to be the last", stream, last);
    if (events.some(({ index }) => index >= sealed.entries))
      damage(work, "complete", "an event lies behind the sealed heads", stream);
  };
  var isAbsent = async (sid, { before, after }, sealed) => {
    const low = before ?? { index: -1, sid: "" };
    const high = after ?? { index: sealed.streams, sid: "~" };
    if (low.index + 1 !== high.index || low.sid >= sid || high.sid <= sid) return false;
    for (const head of [before, after]) if (head && !await isHead(head, sealed)) return false;
    return true;
  };

  // libs/kernel/evidence/verifying/verify-pack.ts
  var checkQuestion = (work) => {
    const { question, streams } = work.evidence;
    const [first] = streams;
    if (first?.stream !== \`household-\${question.household}\`)
      damage(work, "question", "the first stream is not that of the household asked for");
    for (const { stream, events } of streams) for (const event of events) checkDisclosed(work, stream, event);
  };
  var checkDisclosed = (work, stream, event) => {
    const { knownAt, disclosure, members } = work.evidence.question;
    const isLate = knownAt !== void 0 && (event.meta["recordedAt"] ?? "") > knownAt;
    if (isLate !== (event.body === void 0))
      damage(work, "question", "a body is shown or withheld against the moment asked for", stream, event);
    if (disclosure === "whole") return;
    const asked = new Set(disclosure === "members" ? members : []);
    for (const subject of openedIn(event))
      if (!asked.has(subject)) damage(work, "question", "a part is open that was not to be disclosed", stream, event);
  };
  var openedIn = (event) => {
    const seals = bodyOf(event)?.seals ?? [];
    return (event.parts ?? []).map(({ seal }) => seals[seal]?.subject ?? "");
  };
  var checkLinks = (work) => {
    const there = new Set(work.evidence.streams.map(({ stream }) => stream));
    const all = work.evidence.streams.flatMap(({ stream, events }) => events.map((event) => ({ stream, event })));
    for (const { stream, event } of all)
      for (const paper of bodyOf(event)?.data.papers ?? [])
        if (!there.has(\`paper-\${paper}\`)) damage(work, "link", \`paper \${paper} is missing\`, stream, event);
  };
  var digestOf = (received) => received?.events[0]?.parts?.map(({ part }) => part.sha256).find((one) => one !== void 0);
  var receiptOf = ({ streams }, paper) => streams.find(({ stream }) => stream === \`paper-\${paper}\`);
  var checkHeld = (work) => (work.evidence.held ?? []).flatMap((paper) => {
    const received = receiptOf(work.evidence, paper);
    const h = received?.events[0]?.meta["h"];
    if (h === void 0) damage(work, "held", \`paper \${paper} is said to be held, its record is not here\`);
    if (work.evidence.papers.includes(paper))
      damage(work, "held", \`paper \${paper} is said to be held, and given as well\`);
    const digest = digestOf(received);
    return h === void 0 ? [] : [{ paper, h, ...digest !== void 0 && { sha256: digest } }];
  });
  var checkHeads = async (work) => {
    const { heads, basis } = work.evidence;
    const stream = \`ledger-\${basis.log}\`;
    await checkEvent(work, stream, heads);
    const { data } = JSON.parse(heads.body ?? '{"data":{}}');
    if (heads.type !== "HeadsSealed" || !(data.entries <= heads.index))
      damage(work, "complete", "the heads are not sealed by the log", stream, heads);
    return data;
  };
  var verifyEvidence = async (evidence2, trusted = []) => {
    const { treeSize: size, root } = evidence2.basis;
    const work = { evidence: evidence2, damages: [], doubts: [], size, root, sids: /* @__PURE__ */ new Map() };
    if (evidence2.format !== "jiandang/pack/1") damage(work, "form", "this is not a pack of format 1");
    const witnesses = await checkCheckpoint(work, trusted);
    const sealed = await checkHeads(work);
    for (const stream of evidence2.streams) {
      await checkStream(work, stream);
      await checkComplete(work, stream, sealed);
    }
    checkQuestion(work);
    checkLinks(work);
    const held = checkHeld(work);
    const events = evidence2.streams.flatMap((one) => one.events);
    return {
      sound: work.damages.length === 0,
      damages: work.damages,
      doubts: [...new Set(work.doubts)],
      witnesses,
      basis: evidence2.basis,
      entries: sealed.entries,
      streams: evidence2.streams.length,
      events: events.length,
      opened: events.reduce((sum, { parts }) => sum + (parts?.length ?? 0), 0),
      held
    };
  };
  var verifyPapers = async (evidence2, files2) => {
    const damages = [];
    for (const name of evidence2.papers) {
      const stream = \`paper-\${name}\`;
      const bytes = files2.get(\`papers/\${name}\`);
      if (!bytes) damages.push({ kind: "paper", stream, detail: "the file is missing" });
      else if (hex(await sha256(bytes)) !== digestOf(receiptOf(evidence2, name)))
        damages.push({ kind: "paper", stream, detail: "the file has another hash" });
    }
    return damages;
  };

  // libs/kernel/evidence/browser/elements.ts
  var el = (tag, props = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...children);
    return node;
  };
  var both = (...[zh, en]) => [
    el("span", { className: "zh", textContent: zh }),
    el("span", { className: "en", textContent: en })
  ];
  var found = (id, kind) => {
    const node = document.getElementById(id);
    if (node instanceof kind) return node;
    throw new Error(\`the page has no \${id}\`);
  };

  // libs/kernel/evidence/browser/pack.ts
  var evidence = JSON.parse(found("evidence", HTMLScriptElement).textContent);
  var { words } = evidence;
  var nameIn = (part) => {
    const { name } = part;
    return typeof name === "string" ? name : void 0;
  };
  var names = /* @__PURE__ */ new Map();
  var named = (id, name) => {
    if (id !== void 0 && name !== void 0) names.set(id, name);
  };
  for (const { stream, events } of evidence.streams.filter((one) => one.stream.startsWith("account-")))
    for (const { parts = [] } of events)
      for (const { part } of parts) named(stream.slice("account-".length), nameIn(part));
  for (const { body = '{"seals":[]}', parts = [] } of evidence.streams[0]?.events ?? []) {
    const { seals } = JSON.parse(body);
    for (const { seal, part } of parts) {
      named(seals[seal]?.subject, nameIn(part));
    }
  }
  var personOf = (id) => names.get(id);
  var isHeld = (paper) => evidence.held?.includes(paper) ?? false;
  var isGiven = (paper) => evidence.papers.includes(paper);
  var labelOf = (field) => words.fields[field] ?? field;
  var eventLabel = (type) => words.events[type] ?? type;
  var codeLabel = (field, value) => words.codes[field]?.find(([code]) => code === value)?.[1] ?? String(value);
  var titleOf = (events) => events.flatMap(({ parts = [] }) => parts).map(({ part }) => nameIn(part)).find((name) => name !== void 0);
  var openedOf = (event) => {
    const { data, seals } = JSON.parse(event.body ?? '{"data":{},"seals":[]}');
    const opened = /* @__PURE__ */ new Set();
    for (const { seal, part } of event.parts ?? []) {
      opened.add(seal);
      Object.assign(placeIn(data, seals[seal]?.at) ?? {}, part);
    }
    return { data, closed: seals.length - opened.size };
  };
  var placeIn = (data, at) => (at === void 0 ? [] : at.slice(1).split("/")).reduce(
    (one, key) => one?.[key],
    data
  );

  // libs/kernel/evidence/browser/values.ts
  var HELD = ["持有,未披露", "held, not disclosed"];
  var UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
  var HOURS = 8 * 36e5;
  var local = (utc) => new Date(Date.parse(utc) + HOURS).toISOString().slice(0, 16).replace("T", " ");
  var start = (id) => \`\${id.slice(0, 8)}…\`;
  var identified = (id) => {
    if (isGiven(id)) return el("a", { href: \`papers/\${id}\`, textContent: start(id), title: id });
    if (isHeld(id)) return el("span", { title: id }, el("code", { textContent: \`\${start(id)} \` }), ...both(...HELD));
    return el("code", { textContent: personOf(id) ?? start(id), title: id });
  };
  var listed = (field, values) => isObject(values[0]) ? el("ul", {}, ...values.map((one) => el("li", {}, pairs(one)))) : el("span", {}, ...values.flatMap((one, at) => [...at === 0 ? [] : ["、"], shown(field, one)]));
  var isObject = (value) => typeof value === "object" && value !== null;
  var shown = (field, value) => {
    if (Array.isArray(value)) return listed(field, value);
    if (isObject(value)) return pairs(value);
    if (typeof value === "number" && /Fen$|^fen$/.test(field))
      return el("span", { textContent: \`\${(value / 100).toFixed(2)} 元\`, title: \`\${String(value)} fen\` });
    if (typeof value === "boolean") return el("span", {}, ...value ? both("是", "yes") : both("否", "no"));
    if (typeof value === "string" && UUID.test(value)) return identified(value);
    return el("span", { textContent: codeLabel(field, value) });
  };
  var isWide = (value) => isObject(value) && (!Array.isArray(value) || isObject(value[0]));
  var pairs = (object) => el(
    "dl",
    {},
    ...Object.entries(object).map(
      ([key, value]) => el(
        "div",
        { className: isWide(value) ? "wide" : "" },
        el("dt", { textContent: labelOf(key), title: key }),
        el("dd", {}, shown(key, value))
      )
    )
  );

  // libs/kernel/evidence/browser/streams.ts
  var KINDS = {
    household: ["本户", "Household"],
    paper: ["材料", "Paper"],
    notice: ["公示", "Notice"],
    meeting: ["会议", "Meeting"],
    account: ["经办人", "Official"],
    reorganisation: ["迁转", "Transfer"]
  };
  var COLUMNS = [
    ["版", "Rev"],
    ["发生 / 记录", "Happened / recorded"],
    ["事项", "What"],
    ["经办", "By"],
    ["哈希", "Hash"]
  ];
  var told = (event) => {
    const closed = (zh, en) => el("p", { className: "closed" }, ...both(zh, en));
    if (event.body === void 0) return [closed("内容未公开(哈希在案)", "body withheld, its hash stays")];
    const opened = openedOf(event);
    const count = String(opened.closed);
    const rest = closed(\`未公开的个人信息 \${count} 项(封签在案)\`, \`\${count} closed parts, their seals stay\`);
    return [pairs(opened.data), ...opened.closed > 0 ? [rest] : []];
  };
  var faultRow = ({ kind, detail }) => el("p", { className: "fault", textContent: \`\${kind}: \${detail}\` });
  var row = (event, faults) => {
    const { actor = "", h = "", recordedAt = "", validFrom = "" } = event.meta;
    return el(
      "tr",
      { className: faults.length > 0 ? "bad" : "" },
      el("td", { textContent: String(event.rev) }),
      el("td", {}, el("div", { textContent: validFrom }), el("small", { textContent: local(recordedAt) })),
      el(
        "td",
        {},
        el("b", { textContent: eventLabel(event.type) }),
        el("small", { textContent: \` \${event.type}\` }),
        ...told(event),
        ...faults.map(faultRow)
      ),
      el("td", { textContent: personOf(actor) ?? actor, title: actor }),
      el("td", {}, el("code", { textContent: \`\${h.slice(0, 12)}…\`, title: h }))
    );
  };
  var tableOf = (events, faultsOf) => events.length === 0 ? el("p", {}, ...both("账本证明:没有这一档案", "Proven: there is no such record")) : el(
    "table",
    {},
    el("thead", {}, el("tr", {}, ...COLUMNS.map((words2) => el("th", {}, ...both(...words2))))),
    el("tbody", {}, ...events.map((event) => row(event, faultsOf(event))))
  );
  var section = ({ stream, events }, damages) => {
    const [category = ""] = stream.split("-");
    const isHousehold = category === "household";
    const faults = damages.filter((one) => one.stream === stream);
    const title = isHousehold ? void 0 : titleOf(events);
    const count = String(events.length);
    const kind = KINDS[category] ?? [stream, stream];
    return el(
      "details",
      { open: isHousehold },
      el(
        "summary",
        {},
        ...both(...kind),
        title === void 0 ? "" : \` \${title}\`,
        el("code", { textContent: \` \${stream}\` }),
        " ",
        ...isHeld(stream.slice("paper-".length)) ? [...both(...HELD), " "] : [],
        ...both(\`\${count} 个事件\`, \`\${count} events\`)
      ),
      ...faults.filter(({ revision }) => revision === void 0).map(faultRow),
      tableOf(events, ({ rev }) => faults.filter(({ revision }) => revision === rev))
    );
  };

  // libs/kernel/evidence/browser/page.ts
  var DOUBTS = {
    "keys-of-pack": [
      "公钥取自包内:请用自备公钥复核(见 README)",
      "the public key came from this pack: check again with one of your own (README)"
    ],
    "no-ed25519": [
      "本浏览器不能检验 Ed25519 签名:签名未检验,请用核验程序或新版浏览器",
      "this browser cannot check Ed25519: the signature is NOT checked, use the verifier or a newer browser"
    ]
  };
  var wordsOf = (doubt) => DOUBTS[doubt] ?? [doubt, doubt];
  var verdict = found("verdict", HTMLDivElement);
  var keys = found("keys", HTMLTextAreaElement);
  var files = found("files", HTMLInputElement);
  var headline = ({ sound, damages, doubts }) => {
    const count = String(damages.length);
    if (!sound) return both(\`发现 \${count} 处不符\`, \`\${count} damages found\`);
    return doubts.includes("no-ed25519") ? both("除签名外核验无误", "Sound, except the signature: not checked") : both("核验无误", "Verified");
  };
  var heldRows = ({ held }) => {
    if (held.length === 0) return [];
    const count = String(held.length);
    return [
      el(
        "p",
        {},
        ...both(
          \`\${HELD[0]}:\${count} 份材料还涉及他人,由经办单位保存,包内只有其哈希。\`,
          \`\${HELD[1]}: \${count} papers speak of others too; the office keeps them, the pack holds their hashes.\`
        )
      ),
      ...held.map(
        ({ paper, h, sha256: sha2562 }) => el(
          "p",
          { className: "closed" },
          \`\${paper} \`,
          el("code", { textContent: sha2562 === void 0 ? \`h \${h}\` : \`SHA-256 \${sha2562}\` })
        )
      )
    ];
  };
  var faultOf = ({ kind, detail, stream, revision, file }) => el("p", {
    className: "fault",
    textContent: [kind, stream ?? file, revision === void 0 ? void 0 : \`#\${String(revision)}\`, detail].filter(Boolean).join("  ")
  });
  var show = (result) => {
    const [events, opened, entries] = [result.events, result.opened, result.entries].map(String);
    const soundness = result.doubts.includes("no-ed25519") ? "part" : "sound";
    verdict.className = result.sound ? soundness : "broken";
    verdict.replaceChildren(
      el("strong", {}, ...headline(result)),
      el(
        "p",
        {},
        ...both(
          \`共 \${events ?? ""} 个事件,公开个人信息 \${opened ?? ""} 项;截至账本第 \${entries ?? ""} 条,本户历史完整。\`,
          \`\${events ?? ""} events, \${opened ?? ""} opened parts; complete up to ledger entry \${entries ?? ""}.\`
        )
      ),
      ...heldRows(result),
      ...result.witnesses.map(
        ({ name, at }) => el("p", {}, ...both(\`见证 \${name} 于 \${local(at)}\`, \`witnessed by \${name} at \${at}\`))
      ),
      ...result.doubts.map((doubt) => el("p", { className: "doubt" }, ...both(...wordsOf(doubt)))),
      ...result.damages.map(faultOf)
    );
    const sections = evidence.streams.map((one) => section(one, result.damages));
    found("streams", HTMLDivElement).replaceChildren(...sections);
    document.body.dataset["verdict"] = result.sound ? "sound" : "broken";
  };
  var broken = (error) => ({
    sound: false,
    damages: [{ kind: "form", detail: String(error) }],
    doubts: [],
    witnesses: [],
    held: [],
    events: 0,
    opened: 0,
    entries: 0
  });
  var papersFound = async (chosen) => {
    if (chosen.length === 0) return [];
    const read = chosen.map(async (file) => [\`papers/\${file.name}\`, new Uint8Array(await file.arrayBuffer())]);
    return verifyPapers(evidence, new Map(await Promise.all(read)));
  };
  var run = async () => {
    verdict.className = "";
    verdict.textContent = "正在核验 verifying …";
    const trusted = keys.value.split("\\n").map((line) => line.trim()).filter(Boolean);
    const result = await verifyEvidence(evidence, trusted).catch(broken);
    const chosen = [...files.files ?? []];
    const damages = [...result.damages, ...await papersFound(chosen)];
    show({ ...result, damages, sound: damages.length === 0 });
    document.body.dataset["papers"] = chosen.length > 0 ? "checked" : "open";
  };
  found("check", HTMLButtonElement).addEventListener("click", () => void run());
  files.addEventListener("change", () => void run());
  found("language", HTMLButtonElement).addEventListener("click", () => {
    const root = document.documentElement;
    root.lang = root.lang === "en" ? "zh-CN" : "en";
  });
  found("papers", HTMLLabelElement).hidden = evidence.papers.length === 0;
  void run();
})();
`;
