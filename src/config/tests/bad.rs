//! What is wrong with a configuration, and how it is told.

use super::*;

#[test]
fn no_project_and_no_manage_py() {
    let nowhere = told(&Table::default().with("/srv/forum/x", ""), &request());
    let empty = told(&Table::default().with(FILE, "[project]\nname = \"x\"\n"), &request());
    let asked = told(&Table::default().with(FILE, "[project]\nprofile = \"django\"\n"), &request());
    let several = told(
        &Table::default().with(FILE, "").with("/srv/forum/a/manage.py", "").with("/srv/forum/b/manage.py", ""),
        &request(),
    );
    let kind = told(&Table::default().with(FILE, "[services.x]\nkind = \"django\"\n"), &request());
    assert_snapshot!("no_project", [nowhere, empty, asked, several, kind].join("\n\n"));
}

#[test]
fn bad_files() {
    let non_utf8 = told(&with(b"[project]\nname = \"\xff\"\n"), &request());
    let unreadable = told(&django().locked(FILE), &request());
    let broken = cases([
        ("broken TOML", "[project\nname = 1\n"),
        ("broken twice", "a = \nb = [1,\n[project]\nname = \"x\n"),
        ("a key twice", "[project]\nname = \"a\"\nname = \"b\"\n"),
        ("a number too large", "[services.x]\nport = 99999999999999999999\n"),
    ]);
    assert_snapshot!("bad_files", format!("{broken}\n== no UTF-8\n{non_utf8}\n\n== unreadable\n{unreadable}\n"));
}

#[test]
fn problems_stand_in_the_order_of_the_file() {
    let step = "[[steps]]\nname = \"a\"\n";
    let told = told(&with(format!("{step}{step}zzz = 1\n{step}")), &request());
    let places = ["toml:4:", "toml:5:", "toml:7:"].map(|line| told.find(line));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{told}");
}

#[test]
fn bad_keys_and_types() {
    assert_snapshot!(cases([
        (
            "unknown keys",
            "[projct]\nx = 1\n[project]\nnmae = \"x\"\n[environments.development]\nrequirments = []\n[[steps]]\nname = \"a\"\ndepends = []\n"
        ),
        ("unknown key, near none", "[services.web]\nzzzzzzzz = 1\n"),
        (
            "wrong types",
            "services = 3\n[project]\nname = 3\n[environments.development]\nrequirements = \"a.txt\"\noverlay = true\n"
        ),
        ("wrong type in a list", "[environments.development]\nrequirements = [\"a\", 2]\n"),
        ("a secret of the wrong type", "[services.web]\nenv = { API_TOKEN = 1.2345678901 }\n"),
        ("no name", "[[steps]]\nrun = \"x\"\n"),
        ("a name twice", "[[steps]]\nname = \"a\"\n[[steps]]\nname = \"a\"\n"),
        ("a name that is none", "[services.\"we b\"]\nimage = \"x\"\n"),
        ("steps as a table", "[steps.migrate]\nrun = \"x\"\n"),
    ]));
}

#[test]
fn bad_values() {
    assert_snapshot!(cases([
        ("port", "[services.web]\nport = \"127.0.0.1:eighty\"\n"),
        ("port out of range", "[services.web]\nport = 70000\n"),
        ("address", "[services.web]\nport = \"here:80\"\n"),
        ("duration", "[[watch]]\npaths = [\"*\"]\naction = \"reload\"\ndebounce = \"100\"\n"),
        ("glob", "[[steps]]\nname = \"migrate\"\ninputs = [\"a[\"]\n"),
        ("regex", "[[steps]]\nname = \"migrate\"\nprogress = '(\\d+'\n"),
        ("regex without groups", "[[steps]]\nname = \"migrate\"\nprogress = '\\d+/(\\d+)'\n"),
        ("when and scope", "[[steps]]\nname = \"migrate\"\nwhen = \"onse\"\nscope = \"nowhere\"\n"),
        ("kind", "[services.web]\nkind = \"djangoo\"\n"),
        ("profile", "[project]\nprofile = \"djagno\"\n"),
        ("command", "[services.web]\ncommand = \"sh -c 'x\"\n"),
        ("mount", "[services.web]\nmounts = [\"./x:relative\"]\n"),
        ("health", "[services.web]\nhealth = \"https://:80/\"\n"),
        ("settings", "[environments.development]\nsettings = \"forum/settings.py\"\n"),
    ]));
}

#[test]
fn a_bad_colour_is_told_and_the_themes_own_is_used() {
    let bad = loaded("[theme.colors]\nbad = \"lightrad\"\ngood = \"#010203\"\n");
    let [notice] = &bad.notices[..] else { panic!("{:?}", bad.notices) };
    let text = notice.to_string();
    assert!(text.contains("biostar-tui.toml:2:7: `lightrad` is no colour; the theme's own is used"), "{text}");
    assert!(text.contains("did you mean `lightred`"), "{text}");
    let (dark, own) = (bad.settings.appearance.rich.dark, theme::shipped("dark").expect("shipped"));
    assert_eq!((dark.of(Role::Bad), dark.of(Role::Good)), (own.of(Role::Bad), Colour::Rgb(1, 2, 3)));
}

/// A look is no reason not to start: the default has its place, and what is wrong is told.
#[test]
fn bad_themes() {
    let themed = |name: &str, theme: &str| {
        let mut request = request();
        request.variables.insert("HOME".into(), "/home/ada".into());
        let files = with(format!("[theme]\nname = \"{name}\"\n"));
        let files = files.with("/home/ada/.config/biostar-tui/themes/mine.toml", theme);
        let loaded = load_from(&files, &request).unwrap_or_else(|error| panic!("{}", error.notice()));
        let notices = loaded.notices.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        (loaded.settings.appearance, notices)
    };
    let (default, none) = themed("auto", "");
    assert_eq!(none, "");
    let (mine, none) = themed("mine", "for = \"light\"\n[colors]\nbad = \"#010203\"\n");
    assert_eq!((mine.rich.dark.of(Role::Bad), none.as_str()), (Colour::Rgb(1, 2, 3), ""));
    assert_eq!(mine.rich.dark.of(Role::Text), theme::shipped("light").expect("shipped").of(Role::Text), "the rest");
    let told = [
        ("drak", ""),
        ("../mine", ""),
        ("mine", "[colors]\nbadd = \"red\"\n"),
        ("mine", "[colors]\nbad = \"#12345\"\n"),
        ("mine", "ansi = [\"red\"]\n"),
        ("mine", "colors"),
    ]
    .map(|(name, theme)| {
        let (appearance, told) = themed(name, theme);
        assert_eq!(appearance, default, "{name} {theme}");
        format!("== {name}: {}\n{told}\n", theme.replace('\n', " "))
    });
    assert_snapshot!(told.concat());
}

#[test]
fn bad_layouts() {
    let told = [
        "[layout]\nname = \"gird\"\n",
        "[layout]\nname = \"mine\"\nown.mine = \"services | taks\"\n",
        "[layout.own]\nmine = \"(services / logs\"\n",
        "[layout]\nname = \"mine\"\nown.mine = \"services | log.wbe\"\n",
    ]
    .map(|text| {
        let loaded = loaded(text);
        assert_eq!(loaded.settings.layouts.first().to_string(), loaded_layout("grid"), "{text}");
        loaded.notices.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    });
    assert_snapshot!(told.join("\n"));
    let mine = loaded("[layout]\nname = \"mine\"\nown.mine = \"tasks | logs\"\n");
    assert_eq!((mine.settings.layouts.first().to_string(), mine.notices), ("(tasks | logs)".to_owned(), vec![]));
    let web = loaded("[layout]\nname = \"mine\"\nown.mine = \"tasks | log.web\"\n");
    assert_eq!((web.settings.layouts.first().to_string(), web.notices), ("(tasks | log.web)".to_owned(), vec![]));
}

#[test]
fn questions_before_a_loss_stay() {
    let text =
        "[questions]\nhalt = true\ncancel = false\ndestroy = false\nzoom = true\nclose-console = false\nhlat = true\n";
    let loaded = load_from(&with(text), &request()).expect("only told");
    let kept: Vec<_> = loaded.settings.questions.iter().map(|(id, asks)| (id.as_str(), *asks)).collect();
    assert_eq!(kept, [("cancel", false), ("halt", true)]);
    let told: Vec<_> = loaded.notices.iter().map(|notice| notice.summary.as_str()).collect();
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told[3].contains(":7:1: there is no action `hlat`"), "{told:?}");
    assert!(loaded.notices[3].remedy.as_deref().is_some_and(|help| help.contains("did you mean `halt`?")));
    assert!(
        told[0].contains("`destroy` asks before it destroys something, always") && told[0].contains(":4:11"),
        "{told:?}"
    );
    assert!(told[1].contains("`zoom` has no question") && told[2].contains("`close-console`"), "{told:?}");
}

fn loaded_layout(name: &str) -> String {
    crate::core::layout::Node::preset(name).expect("shipped").to_string()
}

#[test]
fn bad_references() {
    assert_snapshot!(cases([
        ("after", "[[steps]]\nname = \"mine\"\nrun = \"x\"\nafter = [\"migrat\"]\n"),
        ("cycle of steps", "[[steps]]\nname = \"migrate\"\nafter = [\"index\"]\n"),
        ("needs", "[services.web]\nneeds = [\"bd\"]\n"),
        ("cycle of needs", "[services.db]\nneeds = [\"web\"]\n"),
        ("cycle of images", "[services.a]\nimage = \"b\"\n[services.b]\nimage = \"a\"\n"),
        ("no image", "[services.a]\ncommand = \"x\"\n"),
        ("image and Dockerfile", "[services.a]\nimage = \"x\"\ndockerfile = \"y\"\n"),
        ("service of a step", "[[steps]]\nname = \"a\"\nrun = \"x\"\nservice = \"wbe\"\n"),
        ("probe", "[[steps]]\nname = \"a\"\nrun = \"x\"\nwhen = \"probe\"\n"),
        ("output", "[[steps]]\nname = \"a\"\nrun = \"x\"\noutputs = [\"../x\"]\n"),
        ("console", "[[consoles]]\nname = \"a\"\n"),
        ("watch", "[[watch]]\npaths = [\"*\"]\n"),
        ("watch service", "[[watch]]\npaths = [\"a.py\"]\naction = \"reload\"\nservice = \"db\"\n"),
        ("watch unknown", "[[watch]]\npaths = [\"a.py\"]\naction = \"restart\"\nservice = \"bd\"\n"),
        ("watch needless", "[[watch]]\npaths = [\"a.py\"]\naction = \"install\"\nservice = \"db\"\n"),
        ("environment", "[project]\nenvironment = \"developement\"\n[environments.staging]\n"),
    ]));
}

#[test]
fn missing_files() {
    let flag = Request { flags: Flags { environment: Some("stagin".into()), ..Flags::default() }, ..request() };
    let folder = Request { flags: Flags { project: Some("nowhere".into()), ..Flags::default() }, ..request() };
    let variables = |name: &str, text: &str| Request {
        variables: BTreeMap::from([(name.to_owned(), text.to_owned())]),
        ..request()
    };
    let others = [
        ("unknown environment by flag", told(&with("[environments.staging]\n"), &flag)),
        ("no such folder", told(&django(), &folder)),
        ("variable of no key", told(&django(), &variables("BIOSTAR_TUI_ENGINE__HOTS", "x"))),
        (
            "variable of a wrong type",
            told(&django(), &variables("BIOSTAR_TUI_ENVIRONMENTS__DEVELOPMENT__REQUIREMENTS", "a.txt")),
        ),
        ("variable of a wrong value", told(&django(), &variables("BIOSTAR_TUI_SERVICES__WEB__PORT", "eighty"))),
        ("no settings", told(&django().with("/srv/forum/manage.py", ""), &request())),
    ];
    let others: Vec<String> = others.iter().map(|(name, told)| format!("== {name}\n{told}\n")).collect();
    let named = cases([
        ("env file", "[environments.development]\nenv_file = \"conf/dev.env\"\n"),
        ("requirement file", "[environments.development]\nrequirements = [\"requirements.txt\", \"dev.txt\"]\n"),
        ("bind path", "[services.web]\nmounts = [\"./media:/media\"]\n"),
        ("Dockerfile", "[services.a]\ndockerfile = \"docker/a\"\n"),
        ("CA bundle", "[base]\nca_certificates = \"/no/ca.pem\"\n"),
        ("manage", "[project]\nmanage = \"src\"\n"),
    ]);
    assert_snapshot!(format!("{named}\n{}", others.join("\n")));
}

#[test]
fn an_image_that_is_nearly_a_service_is_told() {
    let loaded = loaded("[services.worker]\nimage = \"wbe\"\n");
    assert_eq!(loaded.notices[0].remedy.as_deref(), Some("did you mean the service `web`?"));
}

#[test]
fn the_other_environment_s_files_need_not_be_there() {
    let loaded = loaded("[environments.production]\nrequirements = [\"gone.txt\"]\nenv_file = \"gone.env\"\n");
    assert_eq!(loaded.project.environments, ["development", "production"]);
}

#[test]
fn odd_folders() {
    let files = Table::default().with("/srv/Mein Forum é/manage.py", MANAGE);
    let loaded =
        load_from(&files, &Request { start: "/srv/Mein Forum é".into(), ..Request::default() }).expect("a project");
    assert_eq!(loaded.project.name, "Mein Forum é");
    assert!(loaded.notices[0].summary.starts_with("no requirement file"));
}

#[test]
fn deep_nesting_is_no_overflow() {
    let dotted = format!("{} = 1", vec!["a"; 50_000].join("."));
    let inline = format!("a = {}1{}", "{a=".repeat(5000), "}".repeat(5000));
    let both = format!("a = {}1{}", format!("{{{}=", vec!["a"; 79].join(".")).repeat(79), "}".repeat(79));
    for text in [dotted, inline, both] {
        assert!(load_from(&with(text), &request()).is_err());
    }
}
