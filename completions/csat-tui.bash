# Made by `make docs` from the command line's own definition.
_csat_tui() {
    local command="" offered="" index
    for ((index = 1; index < COMP_CWORD; index++)); do
        case "${command:+$command }${COMP_WORDS[index]}" in
        "sync"|"queue"|"case"|"decide"|"answer"|"history"|"merge"|"recap"|"import"|"login"|"logout"|"connect"|"disconnect"|"account"|"doctor"|"purge"|"demo"|"demo-server"|"survey"|"survey fix"|"outbox"|"outbox show"|"outbox retry"|"outbox accept"|"outbox withdraw"|"tracker"|"tracker list"|"tracker export"|"tracker correct"|"report"|"report import"|"report show"|"report watch"|"report settle"|"report fetch"|"shift"|"shift show"|"shift write"|"shift fresh"|"shift rename"|"shift complete"|"review"|"review list"|"review show"|"wording"|"wording check"|"playbook"|"playbook check"|"playbook show"|"playbook init"|"playbook schema"|"channel"|"channel set"|"channel list"|"channel test"|"channel forget"|"mail"|"mail set-password"|"mail forget-password"|"mail test")
            command="${command:+$command }${COMP_WORDS[index]}" ;;
        esac
    done
    case "$command" in
        "") offered="sync queue case decide answer history merge recap import login logout connect disconnect account doctor purge demo demo-server survey outbox tracker report shift review wording playbook channel mail --theme --mouse --no-mouse --animation --no-animation --debug --version --help -h" ;;
        "sync") offered="--watch --json --help -h" ;;
        "queue") offered="--path --sort --limit --search --stage --mine --to-merge --json --help -h" ;;
        "case") offered="--offline --json --help -h" ;;
        "decide") offered="--field --finding --answer --accept --rest-in-order --sure --no-merge --dry-run --json --help -h" ;;
        "answer") offered="--json --help -h" ;;
        "history") offered="--offline --json --help -h" ;;
        "merge") offered="--into --yes --json --help -h" ;;
        "recap") offered="--markdown --html --eml --out --send --again --arrived --help -h" ;;
        "import") offered="--apply --skip-errors --json --help -h" ;;
        "login") offered="--url --view --client-id --port --paste --no-browser --insecure-storage --help -h" ;;
        "logout") offered="--help -h" ;;
        "connect") offered="--url --view --user --token-stdin --insecure-storage --help -h" ;;
        "disconnect") offered="--help -h" ;;
        "account") offered="--json --help -h" ;;
        "doctor") offered="--set-aside --repair --restore-removed --json --help -h" ;;
        "purge") offered="--older-than --dry-run --yes --clock-is-right --for-good --json --help -h" ;;
        "demo") offered="--port --surveys --seed --latency --rate-limit --undo --reports --theme --mouse --no-mouse --animation --no-animation --debug --help -h" ;;
        "demo-server") offered="--port --surveys --seed --latency --rate-limit --reports --json --help -h" ;;
        "survey") offered="fix --help -h" ;;
        "survey fix") offered="--ticket --rating --comment --offline --dry-run --json --help -h" ;;
        "outbox") offered="show retry accept withdraw --all --settled --json --help -h" ;;
        "outbox show") offered="--json --help -h" ;;
        "outbox retry") offered="--read --json --help -h" ;;
        "outbox accept") offered="--json --help -h" ;;
        "outbox withdraw") offered="--json --help -h" ;;
        "tracker") offered="list export correct --help -h" ;;
        "tracker list") offered="--sheet --since --until --mine --agent --limit --json --help -h" ;;
        "tracker export") offered="--csv --xlsx --sheet --since --until --mine --agent --overwrite --help -h" ;;
        "tracker correct") offered="--cell --json --help -h" ;;
        "report") offered="import show watch settle fetch --help -h" ;;
        "report import") offered="--json --help -h" ;;
        "report show") offered="--json --help -h" ;;
        "report watch") offered="--once --json --help -h" ;;
        "report settle") offered="--json --help -h" ;;
        "report fetch") offered="--help -h" ;;
        "shift") offered="show write fresh rename complete --help -h" ;;
        "shift show") offered="--json --help -h" ;;
        "shift write") offered="--help -h" ;;
        "shift fresh") offered="--help -h" ;;
        "shift rename") offered="--help -h" ;;
        "shift complete") offered="--help -h" ;;
        "review") offered="list show --help -h" ;;
        "review list") offered="--agent --outcome --since --until --limit --json --help -h" ;;
        "review show") offered="--json --help -h" ;;
        "wording") offered="check --help -h" ;;
        "wording check") offered="--on --case --json --help -h" ;;
        "playbook") offered="check show init schema --help -h" ;;
        "playbook check") offered="--help -h" ;;
        "playbook show") offered="--json --help -h" ;;
        "playbook init") offered="--from --help -h" ;;
        "playbook schema") offered="--help -h" ;;
        "channel") offered="set list test forget --help -h" ;;
        "channel set") offered="--stdin --insecure-storage --help -h" ;;
        "channel list") offered="--json --help -h" ;;
        "channel test") offered="--text --help -h" ;;
        "channel forget") offered="--help -h" ;;
        "mail") offered="set-password forget-password test --help -h" ;;
        "mail set-password") offered="--stdin --insecure-storage --help -h" ;;
        "mail forget-password") offered="--help -h" ;;
        "mail test") offered="--to --help -h" ;;
    esac
    case "$command ${COMP_WORDS[COMP_CWORD - 1]}" in
        " --theme") offered="" ;;
        "queue --path") offered="" ;;
        "queue --sort") offered="due worst newest" ;;
        "queue --limit") offered="" ;;
        "queue --search") offered="" ;;
        "queue --stage") offered="open snoozed parked decided superseded gone" ;;
        "decide --field") offered="" ;;
        "decide --finding") offered="" ;;
        "decide --answer") offered="" ;;
        "decide --no-merge") offered="" ;;
        "merge --into") offered="" ;;
        "recap --out") offered="" ;;
        "login --url") offered="" ;;
        "login --view") offered="" ;;
        "login --client-id") offered="" ;;
        "login --port") offered="" ;;
        "connect --url") offered="" ;;
        "connect --view") offered="" ;;
        "connect --user") offered="" ;;
        "purge --older-than") offered="" ;;
        "demo --port") offered="" ;;
        "demo --surveys") offered="" ;;
        "demo --seed") offered="" ;;
        "demo --latency") offered="" ;;
        "demo --rate-limit") offered="" ;;
        "demo --undo") offered="" ;;
        "demo --reports") offered="" ;;
        "demo --theme") offered="" ;;
        "demo-server --port") offered="" ;;
        "demo-server --surveys") offered="" ;;
        "demo-server --seed") offered="" ;;
        "demo-server --latency") offered="" ;;
        "demo-server --rate-limit") offered="" ;;
        "demo-server --reports") offered="" ;;
        "survey fix --ticket") offered="" ;;
        "survey fix --rating") offered="" ;;
        "survey fix --comment") offered="" ;;
        "outbox --settled") offered="" ;;
        "outbox retry --read") offered="" ;;
        "tracker list --sheet") offered="tracker coaching correction" ;;
        "tracker list --since") offered="" ;;
        "tracker list --until") offered="" ;;
        "tracker list --agent") offered="" ;;
        "tracker list --limit") offered="" ;;
        "tracker export --csv") offered="" ;;
        "tracker export --xlsx") offered="" ;;
        "tracker export --sheet") offered="tracker coaching correction" ;;
        "tracker export --since") offered="" ;;
        "tracker export --until") offered="" ;;
        "tracker export --agent") offered="" ;;
        "tracker correct --cell") offered="" ;;
        "review list --agent") offered="" ;;
        "review list --outcome") offered="" ;;
        "review list --since") offered="" ;;
        "review list --until") offered="" ;;
        "review list --limit") offered="" ;;
        "wording check --on") offered="" ;;
        "wording check --case") offered="" ;;
        "playbook init --from") offered="" ;;
        "channel test --text") offered="" ;;
        "mail test --to") offered="" ;;
    esac
    COMPREPLY=($(compgen -W "$offered" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _csat_tui csat-tui
