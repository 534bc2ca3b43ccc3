BEGIN TRANSACTION;
CREATE TABLE account (
	id VARCHAR NOT NULL, 
	email VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	password VARCHAR, 
	active BOOLEAN NOT NULL, 
	fs_uniquifier VARCHAR NOT NULL, 
	CONSTRAINT pk_account PRIMARY KEY (id), 
	CONSTRAINT uq_account_email UNIQUE (email), 
	CONSTRAINT uq_account_fs_uniquifier UNIQUE (fs_uniquifier)
)
 WITHOUT ROWID

;
INSERT INTO "account" VALUES('32d15a3952944c8088075821f13f6284','lead@example.org','Lena Lead','$argon2id$v=19$m=65536,t=3,p=4$mLP2/v8fI8S4t3aOsVaqFQ$Vt5BTo9/jnYUPuDkDBt2vYYBDUhqs7eY+e0CzturFLo',1,'33ae312b607e493c85e3526da1fa4e12');
CREATE TABLE account_role (
	account_id VARCHAR NOT NULL, 
	role_id VARCHAR NOT NULL, 
	CONSTRAINT pk_account_role PRIMARY KEY (account_id, role_id), 
	CONSTRAINT fk_account_role_account_id FOREIGN KEY(account_id) REFERENCES account (id), 
	CONSTRAINT fk_account_role_role_id FOREIGN KEY(role_id) REFERENCES role (id)
)
 WITHOUT ROWID

;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE audit_entry (
	id BLOB NOT NULL, 
	pilot_id VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	actor VARCHAR NOT NULL, 
	action VARCHAR NOT NULL, 
	detail VARCHAR NOT NULL, 
	CONSTRAINT pk_audit_entry PRIMARY KEY (id)
)
 WITHOUT ROWID

;
INSERT INTO "audit_entry" VALUES(X'04EF91004C59C20BA263B7899844E644','offers','2026-11-22 20:43:30.376010','lead@example.org','kpi imported','1 value');
CREATE TABLE charter_version (
	pilot_id VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	charter VARCHAR NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	locked_at DATETIME, 
	CONSTRAINT pk_charter_version PRIMARY KEY (pilot_id, version)
)
 WITHOUT ROWID

;
INSERT INTO "charter_version" VALUES('offers',1,'{"contact":"survey@example.org","ends_on":"2027-04-26","gates":{"kpi":{"baseline":42.0,"better":"lower","name":"Minutes per offer","source":"CRM export","target":33.0,"unit":"minutes"},"readiness":[{"area":"security","evidence":"Review SR-114","expires_on":"2028-03-18","id":"security","owner":"Jonas Brandt","reviewed_on":"2027-03-24","status":"done","text":{"entries":[["","Security review done, not waived"]]}},{"area":"integration","evidence":"Change CR-2081","id":"integration","owner":"Jonas Brandt","reviewed_on":"2027-03-29","status":"done","text":{"entries":[["","Connected to the CRM"]]}},{"area":"compliance","evidence":"DPIA 2026-17","expires_on":"2028-03-28","id":"compliance","owner":"Edda Krause","reviewed_on":"2027-04-03","status":"done","text":{"entries":[["","Impact assessment signed"]]}},{"area":"representative_data","evidence":"Test report T-9","id":"data","owner":"Mira Solano","reviewed_on":"2027-04-03","status":"done","text":{"entries":[["","Tested with offers of all three teams"]]}},{"area":"training_and_support","evidence":"Attendance lists","id":"training","owner":"Mira Solano","reviewed_on":"2027-04-13","status":"done","text":{"entries":[["","Training for every team, a person to ask"]]}},{"area":"monitoring","evidence":"Dashboard and on-call plan","id":"monitoring","owner":"Jonas Brandt","reviewed_on":"2027-04-19","status":"done","text":{"entries":[["","Errors and use are watched"]]}}]},"groups":[{"code":"sales","label":{"entries":[["en","Sales"],["de","Vertrieb"]]}},{"code":"support","label":{"entries":[["en","Customer support"],["de","Kundendienst"]]}},{"code":"engineering","label":{"entries":[["en","Engineering"],["de","Technik"]]}}],"known_tools":[{"code":"assistant_x","label":{"entries":[["","Assistant X"]]}},{"code":"chatgpt","label":{"entries":[["","ChatGPT"]]}},{"code":"gemini","label":{"entries":[["","Gemini"]]}},{"code":"deepl","label":{"entries":[["","DeepL"]]}}],"languages":["en","de"],"owners":{"business":{"email":"mira.solano@example.org","name":"Mira Solano","role":"Head of Sales"},"compliance":{"name":"Edda Krause","role":"Data protection officer"},"technical":{"name":"Jonas Brandt","role":"Platform lead"}},"path":[{"evidence":"This charter","step":"hard_criteria","text":"Gates fixed and locked before the baseline"},{"evidence":"Test report T-9","step":"representative_data","text":"Offers of all three teams, not a hand-picked set"},{"evidence":"Change CR-2081","step":"integration_early","text":"CRM connection built in the second week"},{"step":"decision_on_data","text":"Steering meeting decides on this readout"},{"evidence":"Process map v3","step":"redesigned_workflow","text":"Offer template and approval changed, not only sped up"}],"pilot":"offers","primary_task":{"entries":[["en","writing an offer"],["de","ein Angebot schreiben"]]},"privacy":{"key":"file"},"sanctioned_tools":["assistant_x"],"starts_on":"2027-01-25","tasks":[{"code":"drafting","label":{"entries":[["en","Drafting texts"],["de","Texte entwerfen"]]}},{"code":"research","label":{"entries":[["en","Looking things up"],["de","Nachschlagen"]]}},{"code":"calculating","label":{"entries":[["en","Calculating prices"],["de","Preise berechnen"]]}},{"code":"translating","label":{"entries":[["en","Translating"],["de","Übersetzen"]]}}],"time_zone":"Europe/Vienna","title":"Offers with Assistant X","tool":"Assistant X","trustee":{"email":"ruth.adler@example.org","name":"Ruth Adler","role":"works council"},"waves":[{"closes_at":"2027-01-22T18:00:00","kind":"baseline","opens_at":"2027-01-18T08:00:00","questionnaire":"baseline"},{"closes_at":"2027-02-26T18:00:00","kind":"pulse","opens_at":"2027-02-22T08:00:00","questionnaire":"pulse"},{"closes_at":"2027-03-26T18:00:00","kind":"pulse","opens_at":"2027-03-22T08:00:00","questionnaire":"pulse"},{"closes_at":"2027-04-23T18:00:00","kind":"closing","opens_at":"2027-04-19T08:00:00","questionnaire":"closing"}]}','85660a5530109caea7347f54974dcff739dacfba5790a6f2875ab99c347192df','2026-11-22 20:43:30.369300');
CREATE TABLE kpi_import (
	pilot_id VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	imported_at DATETIME NOT NULL, 
	series VARCHAR NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	CONSTRAINT pk_kpi_import PRIMARY KEY (pilot_id, position)
)
 WITHOUT ROWID

;
INSERT INTO "kpi_import" VALUES('offers',1,'2026-11-22 20:43:30.376010','entity,period,arm,date,unit,value
desk 1,before,pilot,2027-01-20,minutes,42.5
','7a32c76f3f259e601c6b4e4055f33044789175d8a6bc0e68acb158f125ba79a3');
CREATE TABLE membership (
	pilot_id VARCHAR NOT NULL, 
	account_id VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	CONSTRAINT pk_membership PRIMARY KEY (pilot_id, account_id), 
	CONSTRAINT fk_membership_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
 WITHOUT ROWID

;
INSERT INTO "membership" VALUES('offers','32d15a3952944c8088075821f13f6284','lead');
CREATE TABLE pilot (
	pilot_id VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	demo BOOLEAN NOT NULL, 
	CONSTRAINT pk_pilot PRIMARY KEY (pilot_id)
)
 WITHOUT ROWID

;
INSERT INTO "pilot" VALUES('offers','Offers with Assistant X',1);
CREATE TABLE register_entry (
	pilot_id VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	changed_at DATETIME NOT NULL, 
	change VARCHAR NOT NULL, 
	CONSTRAINT pk_register_entry PRIMARY KEY (pilot_id, position)
)
 WITHOUT ROWID

;
INSERT INTO "register_entry" VALUES('offers',1,'2026-11-22 20:43:30.376010','{"change":{"is":"OwnerNamed","owner":{"name":"Nora Lind","role":"Platform lead"},"side":"technical"}}');
CREATE TABLE role (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	description VARCHAR NOT NULL, 
	CONSTRAINT pk_role PRIMARY KEY (id), 
	CONSTRAINT uq_role_name UNIQUE (name)
)
 WITHOUT ROWID

;
COMMIT;
