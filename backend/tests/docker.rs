//! What is in `docker/` says the same as the code: no engine is needed to see that. The processes
//! themselves run in the same shape in `cluster/` and in the browser's tests.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use parlor::{
    config::{Config, Given, SETTINGS},
    store::Place,
};
use url::Url;
use yaml_rust2::{Yaml, YamlLoader};

use crate::harness::{NodeProcess, free_port};

/// What the nodes of the cluster are called.
const NODES: [&str; 3] = ["one", "two", "three"];
/// What a node needs to end at the most, in seconds: GUARANTEES say 15.
const END_MAX_S: i64 = 15;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join("docker").join(name)).unwrap()
}

/// The instructions of the Dockerfile, in stages: each a word and the rest.
fn stages() -> Vec<Vec<(String, String)>> {
    let text = read("Dockerfile").replace("\\\n", " ");
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#'));
    let mut stages: Vec<Vec<(String, String)>> = Vec::new();
    for line in lines {
        let (word, rest) = line.split_once(' ').unwrap();
        if word == "FROM" {
            stages.push(Vec::new());
        }
        stages
            .last_mut()
            .expect("FROM comes first")
            .push((word.to_owned(), rest.trim().to_owned()));
    }
    stages
}

fn all<'a>(stage: &'a [(String, String)], word: &'a str) -> impl Iterator<Item = &'a str> {
    stage.iter().filter(move |(it, _)| it == word).map(|(_, rest)| rest.as_str())
}

fn one<'a>(stage: &'a [(String, String)], word: &'a str) -> &'a str {
    let found: Vec<_> = all(stage, word).collect();
    assert_eq!(found.len(), 1, "{word} stands once in the last stage: {found:?}");
    found[0]
}

/// The settings that the image has, as the server reads them.
fn image() -> (Given, Config) {
    let stages = stages();
    let mut given = Given::new();
    for pair in one(stages.last().unwrap(), "ENV").split_whitespace() {
        let (name, value) = pair.split_once('=').unwrap();
        given.insert(known(name), value.to_owned());
    }
    let config = Config::read(&given).unwrap();
    (given, config)
}

/// A setting by its name; there has to be one.
fn known(name: &str) -> &'static str {
    let found = SETTINGS.iter().find(|setting| setting.name == name);
    found.unwrap_or_else(|| panic!("{name} is no setting")).name
}

fn compose(name: &str) -> Yaml {
    YamlLoader::load_from_str(&read(name)).unwrap().remove(0)
}

fn names(of: &Yaml) -> BTreeSet<String> {
    let keys = of.as_hash().into_iter().flat_map(|it| it.keys());
    keys.map(|key| key.as_str().unwrap().to_owned()).collect()
}

/// What a variable is where nobody has set it.
fn by_default(text: &str) -> String {
    let Some((before, rest)) = text.split_once("${") else { return text.to_owned() };
    let (variable, after) = rest.split_once('}').unwrap();
    let (_, default) = variable.split_once(":-").expect("every variable has a default");
    by_default(&format!("{before}{default}{after}"))
}

/// The settings of a service that is a node, on top of the image's.
fn node(service: &Yaml) -> Config {
    let (mut given, _) = image();
    for (name, value) in service["environment"].as_hash().unwrap() {
        given.insert(known(name.as_str().unwrap()), by_default(value.as_str().unwrap()));
    }
    let dockerfile = service["build"]["dockerfile"].as_str().unwrap();
    let context = root().join("docker").join(service["build"]["context"].as_str().unwrap());
    assert!(context.join(dockerfile).exists(), "{dockerfile}");
    let grace = service["stop_grace_period"].as_str().unwrap().trim_end_matches('s');
    assert!(grace.parse::<i64>().unwrap() > END_MAX_S, "a node is killed before it has ended");
    assert_eq!(service["restart"].as_str(), Some("unless-stopped"));
    Config::read(&given).unwrap()
}

fn is_pinned(image: &str) {
    let (_, tag) = image.rsplit_once(':').unwrap_or_else(|| panic!("{image} has no version"));
    assert!(tag.contains(|it: char| it.is_ascii_digit()) || tag.contains("bookworm"), "{image}");
    assert!(!tag.contains("latest"), "{image}");
}

#[test]
fn the_image_is_built_in_stages_and_holds_nothing_but_the_server() {
    let stages = stages();
    assert_eq!(stages.len(), 3, "the client, the server, the image");
    for stage in &stages {
        let from = stage[0].1.split_whitespace().next().unwrap();
        is_pinned(from);
        for copied in all(stage, "COPY").filter(|it| !it.starts_with("--from=")) {
            let words: Vec<_> = copied.split_whitespace().collect();
            for source in &words[..words.len() - 1] {
                assert!(root().join(source).exists(), "{source} is copied and is not there");
            }
        }
    }
    let last = stages.last().unwrap();
    assert!(last[0].1.contains("slim"), "{}", last[0].1);
    assert!(all(last, "COPY").all(|it| it.starts_with("--from=server ")), "nothing else is in it");
    assert!(!all(last, "RUN").any(|it| it.contains("apt")), "no package is installed");
    let built: String = all(&stages[1], "RUN").collect();
    assert_eq!(built, "cargo build --release --locked --package parlor");
    assert!(all(&stages[0], "RUN").any(|it| it == "npm ci"), "the client is built as it is locked");
}

#[test]
fn the_image_does_not_run_as_root_and_serves_what_it_says() {
    let (given, config) = image();
    let stages = stages();
    let last = stages.last().unwrap();
    let user = one(last, "USER");
    let made = one(last, "RUN");
    let (_, id) = made.split_once("--uid ").unwrap();
    let id: u32 = id.split_whitespace().next().unwrap().parse().unwrap();
    assert!(user == "parlor" && made.contains(" parlor ") && id >= 10_000, "{user} is {id}");
    let at = |word: &str| last.iter().position(|(it, _)| it == word).unwrap();
    assert!(at("USER") < at("CMD") && at("USER") > at("RUN"));
    assert_eq!(one(last, "EXPOSE"), config.listen.port().to_string());
    assert!(config.listen.ip().is_unspecified(), "it is reached from outside of the container");
    assert_eq!(one(last, "VOLUME"), given["PARLOR_DATA_DIR"]);
    assert!(made.contains(&format!("-o parlor -g parlor -m 0700 {}", given["PARLOR_DATA_DIR"])));
    assert_eq!(one(last, "STOPSIGNAL"), "SIGTERM");
    assert_eq!(one(last, "CMD"), "[\"parlor\"]");
    assert!(
        all(last, "COPY").any(|it| it.ends_with("/target/release/parlor /usr/local/bin/parlor"))
    );
}

#[tokio::test]
async fn the_health_of_the_image_is_asked_for_by_what_the_image_has() {
    let (_, config) = image();
    let stages = stages();
    let check = one(stages.last().unwrap(), "HEALTHCHECK");
    let (_, words) = check.split_once("CMD ").unwrap();
    let words: Vec<String> = serde_json::from_str(words).unwrap();
    let node = NodeProcess::start(&[]);
    node.is_up().await;
    let own = format!("/dev/tcp/127.0.0.1/{}", config.listen.port());
    assert!(words[2].contains(&own), "{}", words[2]);
    let run = |port: u16| {
        let script = words[2].replace(&own, &format!("/dev/tcp/127.0.0.1/{port}"));
        let run = Command::new(&words[0]).arg(&words[1]).arg(script).output().unwrap();
        run.status.success()
    };
    assert!(run(node.address.port()), "{words:?}");
    let nobody = free_port();
    assert!(!run(nobody), "nobody is well");
}

#[test]
fn one_node_keeps_its_data_in_a_volume_and_is_reached_from_this_machine_alone() {
    let file = compose("compose.yml");
    assert_eq!(names(&file["services"]), BTreeSet::from(["parlor".to_owned()]));
    let service = &file["services"]["parlor"];
    let config = node(service);
    let volume = service["volumes"][0].as_str().unwrap();
    let (name, place) = volume.split_once(':').unwrap();
    assert!(names(&file["volumes"]).contains(name));
    assert_eq!(Path::new(place), config.data_dir);
    is_published(service, config.listen.port(), &config);
}

/// A port is published for this machine, and it is where people are sent.
fn is_published(service: &Yaml, inside: u16, config: &Config) {
    let port = service["ports"][0].as_str().unwrap();
    let parts: Vec<_> = port.split(':').collect();
    assert_eq!(parts[0], "127.0.0.1", "{port}");
    assert_eq!(parts[2], inside.to_string(), "{port}");
    let public = config.public_url.as_ref().unwrap();
    assert_eq!(public.port().unwrap().to_string(), parts[1]);
}

#[test]
fn the_cluster_is_three_nodes_that_find_each_other() {
    let file = compose("compose.cluster.yml");
    let services = &file["services"];
    let all = ["one", "two", "three", "balancer", "postgres", "redis"].map(str::to_owned);
    assert_eq!(names(services), BTreeSet::from(all));
    let balancer = read("balancer.conf");
    for name in NODES {
        let service = &services[name];
        let config = node(service);
        let Place::Postgres(url) = &config.database else { panic!("{name} is on SQLite") };
        let url = Url::parse(url).unwrap();
        let postgres = &services["postgres"]["environment"];
        let given = |name: &str| by_default(postgres[name].as_str().unwrap());
        assert_eq!(url.host_str(), Some("postgres"));
        assert_eq!(url.username(), given("POSTGRES_USER"));
        assert_eq!(url.password().unwrap(), given("POSTGRES_PASSWORD"));
        assert_eq!(url.path().trim_start_matches('/'), given("POSTGRES_DB"));
        let redis = Url::parse(&config.redis.as_ref().unwrap().0).unwrap();
        assert_eq!((redis.scheme(), redis.host_str()), ("redis", Some("redis")));
        assert!(service["volumes"].is_badvalue(), "nodes share no folder");
        for other in ["postgres", "redis"] {
            let waits = service["depends_on"][other]["condition"].as_str();
            assert_eq!(waits, Some("service_healthy"), "{name} waits for {other}");
            assert!(services[other]["healthcheck"]["test"].is_array(), "{other}");
        }
        let port = config.listen.port();
        assert!(balancer.contains(&format!("server {name}:{port} ")), "{name} is balanced");
        let trusted = config.trusted_proxies[0].to_string();
        let address = services["balancer"]["networks"]["chat"]["ipv4_address"].as_str();
        assert_eq!(address, Some(trusted.as_str()));
        let waits = services["balancer"]["depends_on"][name]["condition"].as_str();
        assert_eq!(waits, Some("service_healthy"));
        is_published(&services["balancer"], port, &config);
    }
    assert_eq!(balancer.matches("server ").count(), NODES.len() + 1, "the nodes, and the block");
    for name in ["balancer", "postgres", "redis"] {
        is_pinned(services[name]["image"].as_str().unwrap());
    }
    for volume in services["postgres"]["volumes"].as_vec().unwrap() {
        let name = volume.as_str().unwrap().split(':').next().unwrap();
        assert!(names(&file["volumes"]).contains(name), "{name}");
    }
    let keeps: Vec<_> = services["redis"]["command"].as_vec().unwrap().iter().collect();
    assert_eq!(keeps[1].as_str(), Some("--save"), "Redis keeps nothing");
}

/// The number of seconds or megabytes that a directive has.
fn directive(text: &str, name: &str, unit: char) -> u64 {
    let (_, rest) = text.split_once(&format!("{name} ")).unwrap_or_else(|| panic!("no {name}"));
    rest.split(unit).next().unwrap().parse().unwrap()
}

#[test]
fn the_balancer_lets_through_what_the_nodes_take() {
    let text = read("balancer.conf");
    let largest = u64::try_from(parlor::model::file::FILE_BYTES_MAX).unwrap();
    assert!(directive(&text, "client_max_body_size", 'm') * 1024 * 1024 > largest);
    let heartbeat = parlor::actions::hello::HEARTBEAT.as_secs();
    assert!(directive(&text, "proxy_read_timeout", 's') > 2 * heartbeat, "sockets are cut off");
    for line in ["proxy_http_version 1.1;", "proxy_set_header Upgrade $http_upgrade;"] {
        assert!(text.contains(line), "{line}");
    }
    assert!(
        text.contains("X-Forwarded-For $remote_addr;"),
        "what callers say of it is not passed on"
    );
    assert!(!text.contains("non_idempotent"), "a send without a nonce is not made twice");
}
