# abidiff 0.2.0
__all__ = ['AbidiffError', 'Confirmation', 'FailOn', 'Finding', 'LimitError', 'Location', 'ParseError', 'Problem', 'Report', 'Severity', 'Side', 'SourceError', 'SurfaceSummary', 'UsageError', 'Verdict', 'Witness', 'check', 'compare', 'render']

class AbidiffError(Exception):
    exit_code = EXIT_UNDECIDED

    def __init__(self, message: str, *, hint: str='') -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def render(self) -> str:
        ...

class Confirmation(StrEnum):
    CONFIRMED = 'confirmed'
    REFUTED = 'refuted'
    DISPUTED = 'disputed'
    UNAVAILABLE = 'unavailable'

class FailOn(StrEnum):
    NEVER = 'never'
    BREAKING = 'breaking'
    UNDECIDED = 'undecided'
    WARNING = 'warning'

    def covers(self, other: FailOn) -> bool:
        ...

class Finding(msgspec.Struct, frozen=True, kw_only=True):
    rule: str
    severity: Severity
    unit: str
    subject: str
    message: str
    breaks: str = ''
    key: str = ''
    old: Location | None = None
    new: Location | None = None
    affects: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    reaches: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    short: str = ''
    within: str = ''
    value: str = ''
    removes: bool = False
    witness: Witness | None = None
    tier: str = ''
    clause: str = ''
    waiver: str = ''
    confirmation: Confirmation | None = None
    confirmation_note: str = ''

    @property
    def surface(self) -> str:
        ...

    @property
    def fingerprint(self) -> str:
        ...

    def with_(self, **changes: object) -> Finding:
        ...

class LimitError(AbidiffError):
    ...

class Location(NamedTuple):
    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        ...

    def under(self, label: str) -> str:
        ...

class ParseError(AbidiffError):

    def __init__(self, message: str, location: Location, *, line_text: str='', hint: str='') -> None:
        super().__init__(message, hint=hint)
        self.location = location
        self.line_text = line_text

    def render(self) -> str:
        ...

class Problem(msgspec.Struct, frozen=True):
    surface: str
    message: str
    location: Location | None = None
    side: str = ''
    hint: str = ''
    rendered: str = ''
    unit: str = ''
    kind: ProblemKind = ProblemKind.UNREAD

class Report(msgspec.Struct, frozen=True):
    old: Side | None
    new: Side
    profile: str
    surfaces: tuple[SurfaceSummary, ...]
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()
    allowed_undecided: bool = False
    fail_on: FailOn = FailOn.UNDECIDED

    @property
    def verdict(self) -> Verdict:
        ...

    @property
    def exit_code(self) -> int:
        ...

    def fails(self, severity: Severity) -> bool:
        ...

    def count(self, severity: Severity, surface: str='') -> int:
        ...

class Severity(StrEnum):
    BREAKING = 'breaking'
    UNDECIDED = 'undecided'
    WARNING = 'warning'
    NOTICE = 'notice'
    EXTENSION = 'extension'
    OFF = 'off'

class Side(msgspec.Struct, frozen=True):
    label: str
    version: str
    origin: str
    date: str = ''

class SourceError(AbidiffError):
    ...

class SurfaceSummary(msgspec.Struct, frozen=True):
    name: str
    title: str
    units: tuple[str, ...]
    old: Mapping[str, int]
    new: Mapping[str, int]
    decided: bool = True
    linked: bool = False
    libraries: tuple[LibraryNames, ...] = ()

class UsageError(AbidiffError):
    exit_code = EXIT_USAGE

class Verdict(StrEnum):
    COMPATIBLE = 'compatible'
    INCOMPATIBLE = 'incompatible'
    UNDECIDED = 'undecided'

    @property
    def exit_code(self) -> int:
        ...

class Witness(msgspec.Struct, frozen=True):
    kind: str
    summary: str
    text: str
    files: tuple[tuple[str, bytes], ...] = ()

def check(release: str | os.PathLike[str], *, surfaces: Iterable[str]=(), profile: str='', config: str | os.PathLike[str] | None=None, limits: Mapping[str, int] | None=None, cache: bool=True) -> Report:
    ...

def compare(old: str | os.PathLike[str], new: str | os.PathLike[str], *, surfaces: Iterable[str]=(), profile: str='', config: str | os.PathLike[str] | None=None, others: Iterable[str | os.PathLike[str]]=(), defines: Mapping[str, str] | None=None, fail_on: FailOn | str=FailOn.UNDECIDED, limits: Mapping[str, int] | None=None, verify: bool=False, cache: bool=True) -> Report:
    ...

def render(report: Report, form: str='text', *, brief: bool=False) -> str:
    ...
