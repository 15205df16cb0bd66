public import Dialing
public import Directory
public import Distribution
public import Entries
public import Figures
public import Overload
public import Supervision
public import Telephony

/// All that the administrator decided, as each part of the program wants it. Made by `load` or `parse` only when every
/// line of the file is in order.
public struct DaemonConfiguration: Sendable, Equatable {
  /// Addresses, trunks and phones.
  public var sip = SIPConfiguration()
  /// Times of queues, and who serves them.
  public var distribution = DistributionSettings()
  /// Where calls go in.
  public var entries = EntryTable(entries: [])
  /// Whose word about callers is taken.
  public var identification = CallerIdentification(trusted: [])
  /// By what callers are known again, and what they count for.
  public var callers = KnownCallers.Settings()
  /// Which numbers may be dialled, and by which trunk.
  public var dialPlan = DialPlan()
  /// Ring times of click-to-dial.
  public var dialer = Dialer.Settings()
  /// What may be monitored, and who is told.
  public var supervision = MonitorDesk.Settings()
  /// When new calls are turned away.
  public var overload = OverloadWatch.Settings()
  /// How numbers are read.
  public var numbering = NumberingSettings()
  /// How long an agent's phone stays silent for the sake of the customer's card.
  public var directoryDeadline: Duration = .milliseconds(150)
  /// Customers to begin with, while the table has none.
  public var customers: [Customer] = []
  /// What a queue is besides its times.
  public var queues: [QueueProfile] = []
  /// Who the agents are.
  public var agents: [AgentProfile] = []
  /// Why agents may be away, in the order of the file; what each means stands in `distribution`.
  public var reasons: [ReasonProfile] = []
  /// What contacts can have come to, in the order of the file.
  public var dispositions: [DispositionProfile] = []
  /// When a day of work ends and the next begins: minutes after midnight, local time.
  public var dayEnds = 0
  /// What is open in the definitions of figures.
  public var figures = Definition.Settings()
  /// For how long figures, and the rows of agents' time, are kept.
  public var figuresKept: Duration = .seconds(1100 * 86_400)
  /// How long the reasons of decisions can be asked for; zero: none is kept.
  public var decisionsKept: Duration = .seconds(86400)
  /// The socket, and who may do what on it.
  public var control = ControlConfiguration()
  /// Where things are kept.
  public var storage = StorageConfiguration()
  /// How long calls may go on after SIGTERM.
  public var drain: Duration = .seconds(30)
  /// What is logged.
  public var logLevel = LogLevel.info

  /// The defaults, which serve nobody.
  public init() {}
}

/// How written numbers are understood: the parameters of a `NumberReader`.
public struct NumberingSettings: Sendable, Hashable {
  /// Two capital letters (ISO 3166).
  public var country = "JP"
  /// Completes local numbers; with its leading zero.
  public var defaultArea: String?
  /// How many digits extensions have.
  public var extensionLengths: ClosedRange<Int> = 2...5
  /// Japan, without a default area.
  public init() {}
}

/// Makes a reader of numbers, or nil for a country that is not known: handed in, since this module does not know the
/// library behind it.
public typealias NumberReaderFactory = @Sendable (NumberingSettings) -> NumberReader?

/// The socket of clients.
public struct ControlConfiguration: Sendable, Equatable {
  /// Absolute path.
  public var socket = "/run/tsunagi/tsunagi.sock"
  /// Who may do what; whoever fits no rule may do nothing.
  public var roles: [RoleRule] = []
  /// The defaults.
  public init() {}
}

/// Gives a role to a Unix user or to the members of a group; one of the two is set.
public struct RoleRule: Sendable, Hashable {
  /// `administrator`, `supervisor`, `agent` or `read-only`.
  public var role: String
  /// Name, or number in digits.
  public var user: String?
  /// Name, or number in digits.
  public var group: String?
  /// The one agent for whom an `agent` may speak, or whose rights a `supervisor` may use; nil: any.
  public var agent: AgentID?

  /// Puts a rule together.
  public init(role: String, user: String? = nil, group: String? = nil, agent: AgentID? = nil) {
    self.role = role
    self.user = user
    self.group = group
    self.agent = agent
  }
}

/// Where things are kept.
public struct StorageConfiguration: Sendable, Equatable {
  /// Absolute path of the SQLite file.
  public var database = "/var/lib/tsunagi/tsunagi.sqlite"
  /// Absolute path of the folder of recordings.
  public var recordings = "/var/lib/tsunagi/recordings"
  /// The defaults.
  public init() {}
}

/// The least weight of what is logged.
public enum LogLevel: String, Sendable, Codable, CaseIterable { case error, warning, notice, info, debug }
