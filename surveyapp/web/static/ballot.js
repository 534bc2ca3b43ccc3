// The sealed ballot in the browser: a slip that the server signs without reading it (RFC 9474), and answers that only
// the key of the box opens (RFC 9180). Nothing is sent and nothing is kept here; WebCrypto and BigInt, nothing else.
// Names follow the RFCs; surveyapp/crypto/blind_rsa.py and sealing.py are the other side, docs/wire.md what travels.

const subtle = crypto.subtle; // missing outside a secure context: the page then sends its form

/** Text that is no base64url, or not the one spelling of its bytes. */
export class BadEncodingError extends Error {}
/** Answers that do not fit into a ballot. */
export class BallotTooLongError extends Error {}
/** A message or factor that shares a divisor with the modulus, which does not happen by chance. */
export class BlindingError extends Error {}
/** The server did not sign what it was given. */
export class BadSignatureError extends Error {}

// ---------------------------------------------------------------- bytes and text

/** Return bytes as base64url without padding (RFC 4648, section 5). */
export function toBase64url(bytes) {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Return the bytes that base64url without padding spells. */
export function fromBase64url(text) {
  let bytes;
  try {
    bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  } catch {
    throw new BadEncodingError();
  }
  // atob forgives blanks, padding and stray bits; a value has one spelling only.
  if (toBase64url(bytes) !== text) throw new BadEncodingError();
  return bytes;
}

const utf8 = (text) => new TextEncoder().encode(text);

function concat(...parts) {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    joined.set(part, place);
    place += part.length;
  }
  return joined;
}

const randomBytes = (size) => crypto.getRandomValues(new Uint8Array(size));

// ---------------------------------------------------------------- the plaintext of a ballot

/** Return text as it counts: LF line ends, no other control characters, no blanks around it (questionnaire/wire.py). */
export function cleaned(text) {
  return text
    .replace(/\p{Surrogate}/gu, "\ufffd") // half a character, which a form would send as this one too
    .replace(/\r\n?/g, "\n")
    .replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, "")
    .replace(/^[\n\p{Z}]+|[\n\p{Z}]+$/gu, "");
}

/** Return answers as JSON in UTF-8, their texts cleaned, padded with spaces to exactly plaintextBytes. */
export function writeBallot(answers, plaintextBytes) {
  const json = utf8(JSON.stringify({ answers }, (_, value) => (typeof value === "string" ? cleaned(value) : value)));
  if (json.length > plaintextBytes) throw new BallotTooLongError();
  const ballot = new Uint8Array(plaintextBytes).fill(0x20);
  ballot.set(json);
  return ballot;
}

// ---------------------------------------------------------------- integers

/** OS2IP, RFC 8017, section 4.2. */
function bytesToInteger(bytes) {
  return BigInt("0x0" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""));
}

/** I2OSP, RFC 8017, section 4.1. */
function integerToBytes(integer, size) {
  const hex = integer.toString(16).padStart(2 * size, "0");
  return Uint8Array.from({ length: size }, (_, place) => parseInt(hex.slice(2 * place, 2 * place + 2), 16));
}

/** Return base^exponent mod modulus; its time shows the exponent, which is public here. */
function power(base, exponent, modulus) {
  let result = 1n;
  let square = base % modulus;
  for (let bits = exponent; bits > 0n; bits >>= 1n) {
    if (bits & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** inverse_mod, RFC 9474, section 3, by the extended Euclidean algorithm; refuses what is_coprime would. */
function inverseOf(integer, modulus) {
  let [remainder, next] = [integer % modulus, modulus];
  let [factor, nextFactor] = [1n, 0n];
  while (next > 0n) {
    const quotient = remainder / next;
    [remainder, next] = [next, remainder - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  if (remainder !== 1n) throw new BlindingError();
  return ((factor % modulus) + modulus) % modulus;
}

/** random_integer_uniform(1, n), RFC 9474, section 3: drawn again while out of range, so each is equally likely. */
function randomInteger({ n, bits, size }) {
  for (;;) {
    const candidate = bytesToInteger(randomBytes(size)) >> BigInt(8 * size - bits);
    if (candidate > 0n && candidate < n) return candidate;
  }
}

// ---------------------------------------------------------------- RFC 9474: RSABSSA-SHA384-PSS-Randomized

const PREFIX = 32; // bytes, RFC 9474, section 4.1
const SALT = 48; // bytes, RFC 9474, section 5

/** Return the wave's public key for slips from its SubjectPublicKeyInfo (DER). */
export async function readSigningKey(spki) {
  const verifier = await subtle.importKey("spki", spki, { name: "RSA-PSS", hash: "SHA-384" }, true, ["verify"]);
  const numbers = await subtle.exportKey("jwk", verifier);
  const [n, e] = [numbers.n, numbers.e].map((text) => bytesToInteger(fromBase64url(text)));
  const bits = n.toString(2).length;
  return { n, e, bits, size: Math.ceil(bits / 8), verifier };
}

/** PrepareRandomize, RFC 9474, section 4.1. */
export function prepareRandomize(nonce, prefix = randomBytes(PREFIX)) {
  return concat(prefix, nonce);
}

/** Blind, RFC 9474, section 4.2: what the server gets to see of message, and the inverse, which it must never see. */
export async function blind(key, message, salt = randomBytes(SALT), r = randomInteger(key)) {
  const m = bytesToInteger(await pssEncode(message, key.bits - 1, salt));
  inverseOf(m, key.n); // step 4, is_coprime
  const inverse = inverseOf(r, key.n);
  const z = (m * power(r, key.e, key.n)) % key.n;
  return { blinded: integerToBytes(z, key.size), inverse: integerToBytes(inverse, key.size) };
}

/** Finalize, RFC 9474, section 4.4: the signature on message, verified (RSASSA-PSS-VERIFY, RFC 8017, section 8.1.2). */
export async function finalize(key, message, blindSignature, inverse, saltLength = SALT) {
  if (blindSignature.length !== key.size) throw new BadSignatureError();
  const s = (bytesToInteger(blindSignature) * bytesToInteger(inverse)) % key.n;
  const signature = integerToBytes(s, key.size);
  const valid = await subtle.verify({ name: "RSA-PSS", saltLength }, key.verifier, signature, message);
  if (!valid) throw new BadSignatureError();
  return signature;
}

const sha384 = async (bytes) => new Uint8Array(await subtle.digest("SHA-384", bytes));

/** EMSA-PSS-ENCODE, RFC 8017, section 9.1.1, with SHA-384 and MGF1. */
async function pssEncode(message, emBits, salt) {
  const h = await sha384(concat(new Uint8Array(8), await sha384(message), salt));
  const padding = new Uint8Array(Math.ceil(emBits / 8) - salt.length - h.length - 2);
  const db = concat(padding, [0x01], salt);
  const mask = await mgf1(h, db.length);
  const masked = db.map((byte, place) => byte ^ mask[place]);
  masked[0] &= 0xff >> (8 * Math.ceil(emBits / 8) - emBits);
  return concat(masked, h, [0xbc]);
}

/** MGF1, RFC 8017, appendix B.2.1, with SHA-384. */
async function mgf1(seed, length) {
  let mask = new Uint8Array();
  for (let counter = 0n; mask.length < length; counter += 1n) {
    mask = concat(mask, await sha384(concat(seed, integerToBytes(counter, 4))));
  }
  return mask.subarray(0, length);
}

// ---------------------------------------------------------------- RFC 9180: HPKE base mode, single shot

const P256 = { name: "ECDH", namedCurve: "P-256" };
const EMPTY = new Uint8Array();
const KEM = concat(utf8("KEM"), [0x00, 0x10]); // DHKEM(P-256, HKDF-SHA256), RFC 9180, sections 4.1 and 7.1
const SUITE = concat(utf8("HPKE"), [0x00, 0x10, 0x00, 0x01, 0x00, 0x01]); // and HKDF-SHA256, AES-128-GCM, section 5.1

/** Return the padded plaintext sealed for the box of wave: encapsulated key, then ciphertext. */
export async function sealBallot(plaintext, boxKey, wave) {
  const { enc, ciphertext } = await sealBase(boxKey, utf8("surveyapp ballot v1 " + wave), EMPTY, plaintext);
  return concat(enc, ciphertext);
}

/** SealBase, RFC 9180, section 6.1; importing pkR checks that it is a point of P-256 (section 7.1.4). */
export async function sealBase(pkR, info, aad, plaintext, ephemeral = subtle.generateKey(P256, false, ["deriveBits"])) {
  const { sharedSecret, enc } = await encap(pkR, await ephemeral);
  const { key, baseNonce } = await keySchedule(sharedSecret, info);
  const aes = await subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  // The first and only message of its context: the nonce of section 5.2 is base_nonce itself.
  const ciphertext = await subtle.encrypt({ name: "AES-GCM", iv: baseNonce, additionalData: aad }, aes, plaintext);
  return { enc, ciphertext: new Uint8Array(ciphertext) };
}

/** Encap and ExtractAndExpand, RFC 9180, section 4.1. */
async function encap(pkR, ephemeral) {
  const recipient = await subtle.importKey("raw", pkR, P256, true, []);
  const dh = new Uint8Array(await subtle.deriveBits({ name: "ECDH", public: recipient }, ephemeral.privateKey, 256));
  const enc = new Uint8Array(await subtle.exportKey("raw", ephemeral.publicKey));
  // Serialized anew: a browser that takes a compressed point must not bind the ballot to that spelling of it.
  const kemContext = concat(enc, new Uint8Array(await subtle.exportKey("raw", recipient)));
  const eaePrk = await labeledExtract(KEM, EMPTY, "eae_prk", dh);
  return { sharedSecret: await labeledExpand(KEM, eaePrk, "shared_secret", kemContext, 32), enc };
}

/** KeySchedule, RFC 9180, section 5.1, in mode_base (0x00), without a pre-shared key. */
async function keySchedule(sharedSecret, info) {
  const pskIdHash = await labeledExtract(SUITE, EMPTY, "psk_id_hash", EMPTY);
  const infoHash = await labeledExtract(SUITE, EMPTY, "info_hash", info);
  const context = concat([0x00], pskIdHash, infoHash);
  const secret = await labeledExtract(SUITE, sharedSecret, "secret", EMPTY);
  return {
    key: await labeledExpand(SUITE, secret, "key", context, 16),
    baseNonce: await labeledExpand(SUITE, secret, "base_nonce", context, 12),
  };
}

/** LabeledExtract, RFC 9180, section 4, over HKDF-Extract, RFC 5869, section 2.2: no salt means zeros. */
function labeledExtract(suite, salt, label, ikm) {
  return hmac(salt.length ? salt : new Uint8Array(32), concat(utf8("HPKE-v1"), suite, utf8(label), ikm));
}

/** LabeledExpand, RFC 9180, section 4, over HKDF-Expand, RFC 5869, section 2.3: at most 32 bytes, so one block does. */
async function labeledExpand(suite, prk, label, info, length) {
  const labeled = concat([length >> 8, length & 0xff], utf8("HPKE-v1"), suite, utf8(label), info);
  return (await hmac(prk, concat(labeled, [0x01]))).subarray(0, length);
}

async function hmac(key, bytes) {
  const imported = await subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await subtle.sign("HMAC", imported, bytes));
}
