-- The tables of pricing/data/prices.sqlite. Decimals are text, exact; prices of machines are whole millionths of a US dollar,
-- an hour. Numbers in columns named source point to the table source. A region called default holds for all of a cloud.

-- "WBBB": marks the file as a price book.
PRAGMA application_id = 1463960130;
-- Rises when a table changes so that an older program cannot read it.
PRAGMA user_version = 2;

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE newest (cloud TEXT PRIMARY KEY, date TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT, basis TEXT, text TEXT, date TEXT, confidence TEXT);
CREATE TABLE region (id INTEGER PRIMARY KEY, cloud TEXT, name TEXT, UNIQUE (cloud, name));
CREATE TABLE machine_type (
  id INTEGER PRIMARY KEY, cloud TEXT, name TEXT, variant INTEGER, cpu TEXT, memory TEXT, gpus TEXT, gpu_model TEXT,
  gpu_memory TEXT, architecture TEXT, allocatable_cpu TEXT, allocatable_memory TEXT, pods TEXT);
CREATE INDEX machine_type_name ON machine_type (name, cloud);
CREATE INDEX machine_type_gpu ON machine_type (cloud, gpu_model) WHERE gpu_model <> '';
CREATE TABLE machine (
  region INTEGER, type INTEGER, on_demand INTEGER, spot INTEGER, source INTEGER, spot_source INTEGER,
  PRIMARY KEY (region, type)) WITHOUT ROWID;
-- What most questions ask: a machine type in a region.
CREATE VIEW listing AS
  SELECT r.cloud, r.name AS region, t.name AS type, t.cpu, t.memory, t.gpus, t.gpu_model, t.gpu_memory, t.architecture,
    t.allocatable_cpu, t.allocatable_memory, m.on_demand, m.spot, m.source, m.spot_source, s.basis
  FROM region r JOIN machine_type t ON t.cloud = r.cloud JOIN machine m ON m.region = r.id AND m.type = t.id
    JOIN source s ON s.id = m.source;

CREATE TABLE reference (cloud TEXT PRIMARY KEY, region TEXT, family TEXT) WITHOUT ROWID;
-- A region's prices beside those of the cloud's reference region: the median over so many types of a family.
CREATE TABLE factors (
  cloud TEXT, region TEXT, family TEXT, factor TEXT, types INTEGER, PRIMARY KEY (cloud, region, family)) WITHOUT ROWID;
CREATE TABLE fitted_rates (
  cloud TEXT, family TEXT, model TEXT, region TEXT, peers TEXT, types INTEGER, cpu_hour TEXT, memory_hour TEXT, gpu_hour TEXT, r2 TEXT,
  median_error TEXT, source INTEGER, PRIMARY KEY (cloud, family, model, region)) WITHOUT ROWID;
CREATE TABLE family_factors (
  cloud TEXT, region TEXT, family TEXT, factor TEXT, sizes INTEGER, evidence TEXT,
  PRIMARY KEY (cloud, region, family)) WITHOUT ROWID;
CREATE TABLE provisioners (provisioner TEXT PRIMARY KEY, driver TEXT, default_kind TEXT) WITHOUT ROWID;
CREATE TABLE volume_kinds (
  cloud TEXT, driver TEXT, parameters TEXT, kind TEXT, PRIMARY KEY (cloud, driver, parameters)) WITHOUT ROWID;
CREATE TABLE storage (
  cloud TEXT, kind TEXT, region TEXT, month TEXT, iops_month TEXT, free_iops TEXT, mibps_month TEXT, free_mibps TEXT,
  billing TEXT, note TEXT, source INTEGER, mibps_source INTEGER, PRIMARY KEY (cloud, kind, region)) WITHOUT ROWID;
CREATE TABLE disk_tiers (
  cloud TEXT, kind TEXT, region TEXT, size INTEGER, tier TEXT, month TEXT, source INTEGER,
  PRIMARY KEY (cloud, kind, region, size)) WITHOUT ROWID;
CREATE TABLE network (
  cloud TEXT, item TEXT, region TEXT, hour TEXT, gib TEXT, note TEXT, source INTEGER,
  PRIMARY KEY (cloud, item, region)) WITHOUT ROWID;
CREATE TABLE serverless (
  cloud TEXT, service TEXT, region TEXT, cpu_hour TEXT, memory_hour TEXT, ephemeral_hour TEXT, note TEXT, source INTEGER,
  PRIMARY KEY (cloud, service, region)) WITHOUT ROWID;
-- How much less a commitment costs, by family (* for all of a cloud): percent off on demand, the median over so many types.
CREATE TABLE commitments (
  cloud TEXT, family TEXT, instrument TEXT, years TEXT, payment TEXT, low TEXT, percent TEXT, high TEXT, types TEXT, source INTEGER,
  PRIMARY KEY (cloud, family, instrument, years, payment)) WITHOUT ROWID;
CREATE TABLE attachable_gpus (
  cloud TEXT, model TEXT, region TEXT, host TEXT, label TEXT, gpu_memory TEXT, on_demand TEXT, spot TEXT, source INTEGER,
  PRIMARY KEY (cloud, model, region)) WITHOUT ROWID;
CREATE TABLE mig_profiles (
  model TEXT, profile TEXT, slices INTEGER, of_slices INTEGER, memory_gb TEXT, maximum INTEGER, compute_fraction TEXT,
  memory_fraction TEXT, PRIMARY KEY (model, profile)) WITHOUT ROWID;
