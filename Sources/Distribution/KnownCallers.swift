public import Telephony

/// Who calls again: by what callers are known, with whom each talked last, and what he counts for.
///
/// A caller is known by his customer, once the directory has told who he is, and before that, or when it knows nobody, by
/// his number; by nothing when that is withheld or one behind which many people are.
public struct KnownCallers: Sendable {
  /// What the administrator decided.
  public struct Settings: Sendable, Equatable {
    /// Canonical numbers that many people share: a company's main line. Those of free-dial, free and navi lines (0120, 0800,
    /// 0570) are shared anyway.
    public var sharedNumbers: Set<String> = []
    /// For how long it is remembered who talked with whom.
    public var window: Duration = .seconds(30 * 86_400)
    /// The attribute of a customer that says how much he counts; nil: all alike.
    public var priorityAttribute: String?
    /// Points of priority by the value of that attribute; none for a value that is not here.
    public var priorities: [String: Int] = [:]

    /// Thirty days; all customers alike.
    public init() {}
  }

  /// By what one caller is known.
  public struct Keys: Sendable, Hashable {
    /// His number's.
    public var number: CallerKey?
    /// His customer's.
    public var customer: CallerKey?

    /// Somebody of whom nothing is known.
    public init() {}

    /// By which his place in a line is kept for him.
    public var place: CallerKey? { customer ?? number }
  }

  private let settings: Settings
  private var last: LastAgents

  /// Nobody has called yet.
  public init(settings: Settings) {
    self.settings = settings
    last = LastAgents(window: settings.window)
  }

  /// By what a caller is known as he rings in.
  public func keys(of caller: Caller) -> Keys {
    var keys = Keys()
    keys.number = caller.anonymity == nil ? caller.number.flatMap(key) : nil
    return keys
  }

  /// The same, when the directory has told whose number it is. Where many people are behind it, or several customers share
  /// it, it says nothing of any.
  public func keys(of caller: Caller, customers: [CustomerID]) -> Keys {
    switch customers.count {
    case 0: return keys(of: caller)
    case 1:
      var keys = keys(of: caller)
      guard keys.number != nil else { return keys }
      keys.customer = customers.first.map { CallerKey(rawValue: "customer:\($0.rawValue)") }
      return keys
    default: return Keys()
    }
  }

  private func key(_ number: PhoneNumber) -> CallerKey? {
    switch number.kind {
    case .freeDial, .free, .navi: return nil
    default:
      return settings.sharedNumbers.contains(number.canonical)
        ? nil : CallerKey(rawValue: "number:\(number.canonical)")
    }
  }

  /// What his customer counts for by the attribute; of several the one who counts most.
  public func priority(of attributes: [[String: String]]) -> Int {
    guard let name = settings.priorityAttribute else { return 0 }
    return attributes.compactMap { $0[name].flatMap { settings.priorities[$0] } }.max() ?? 0
  }

  /// For whom he should be kept, for so long, and in queues that he may go on to for as long as they say; nil: for nobody.
  public func wish(of keys: Keys, for limit: Duration?, elsewhere: [QueueID: Duration] = [:], at now: Moment) -> Wish? {
    let limit = limit ?? .zero
    guard limit > .zero || !elsewhere.isEmpty else { return nil }
    let agent = last.agent(for: keys.customer, at: now) ?? last.agent(for: keys.number, at: now)
    return agent.map { Wish(for: $0, limit: limit, elsewhere: elsewhere) }
  }

  /// A conversation of these two is over.
  public mutating func talked(_ keys: Keys, with agent: AgentID, at now: Moment) {
    last.talked(keys.customer, with: agent, at: now)
    last.talked(keys.number, with: agent, at: now)
  }
}
