public import Telephony

// What clients ask for, and supervisors by their phones.
extension MonitorDesk {
  /// What a request came to: what must be done, also where it is refused.
  public struct Answer: Sendable, Equatable {
    /// Nil: it is granted.
    public var refusal: MonitorRefusal?
    /// To be done, in this order.
    public var effects: [Effect]

    init(_ effects: [Effect], refusal: MonitorRefusal? = nil) {
      self.refusal = refusal
      self.effects = effects
    }
  }

  private struct Target {
    var agent: AgentID
    var contact: ContactID?
    var follow: MonitorFollow
    /// The contact that is asked for; nil: what the agent has, and may have later.
    var named: ContactID?
  }

  /// Somebody is to listen. `id` is its name from now on, unless she is on the line already: then she goes over to what is
  /// asked for now, by the same leg and under the same name, and begins by listening there.
  public mutating func monitorAsked(_ order: MonitorOrder, as id: MonitorID, at now: Moment) -> Answer {
    let former = watch(of: order.supervisor)
    guard watches[id] == nil, former?.mayMove(by: order) ?? true else {
      return Answer([], refusal: .alreadyMonitors(order.supervisor))
    }
    let target: Target
    switch self.target(of: order) {
    case .success(let found): target = found
    case .failure(let refusal): return Answer([], refusal: refusal)
    }
    if let refusal = refusal(of: order, to: target, besides: former?.monitor.id) {
      return denied(refusal, order, target, as: id, at: now)
    }
    if let former {
      guard former.monitor.isAt(target.agent, target.contact, target.follow) else {
        return Answer(move(former.monitor.id, to: target, order, at: now))
      }
      return Answer([], refusal: .alreadyMonitors(order.supervisor))
    }
    var watch = Watch(monitor: monitor(of: order, to: target, as: id, at: now), wanted: order.mode)
    let entry = watch.entry(.asked, .listen, by: order.user, at: now)
    watch.awaited = entry
    watches[id] = watch
    return Answer([.audit(entry)])
  }

  /// Another mode, now or as soon as she hears somebody. `user`, here and below: the Unix user of the client that asks, for
  /// the row of it.
  public mutating func modeAsked(
    _ mode: MonitorMode, by supervisor: AgentID, user: UInt32?, at now: Moment
  ) -> Answer {
    guard let watch = watch(of: supervisor) else { return Answer([], refusal: .monitorsNobody(supervisor)) }
    return modeWanted(mode, watch, by: user, at: now)
  }

  /// She is to be the contact's party in the agent's place, as soon as that is written.
  public mutating func takeOverAsked(by supervisor: AgentID, user: UInt32?, at now: Moment) -> Answer {
    guard let watch = watch(of: supervisor) else { return Answer([], refusal: .monitorsNobody(supervisor)) }
    guard let place = watch.placed else { return Answer([], refusal: .hearsNobody(supervisor)) }
    guard rights(of: supervisor, in: place.contact).contains(.takeOver) else {
      return denied(.takeOver, watch.monitor.id, by: user, at: now)
    }
    watches[watch.monitor.id]?.wantTakeOver(by: user)
    return Answer(settle(watch.monitor.id, at: now))
  }

  /// Enough.
  public mutating func stopAsked(by supervisor: AgentID, user: UInt32?, at now: Moment) -> Answer {
    guard let watch = watch(of: supervisor) else { return Answer([], refusal: .monitorsNobody(supervisor)) }
    return Answer(finish(watch.monitor.id, .stopped, by: .some(user), at: now))
  }

  /// A key on her phone, for her who has no client at hand: 4 to listen, 5 to whisper, 6 to barge. One that is refused is
  /// written and told once, however often she presses it within ten seconds.
  public mutating func keyPressed(_ id: MonitorID, _ key: Character, at now: Moment) -> [Effect] {
    let modes: [Character: MonitorMode] = ["4": .listen, "5": .whisper, "6": .barge]
    guard let watch = watches[id], watch.monitor.stage == .present, let mode = modes[key] else { return [] }
    let right = MonitorRight(mode)
    if !rightsNow(of: watch).contains(right), watches[id]?.isNews(right, at: now) == false { return [] }
    return modeWanted(mode, watch, by: nil, at: now).effects
  }

  /// The daemon stops: everybody goes.
  public mutating func stopped(at now: Moment) -> [Effect] {
    monitors.flatMap { finish($0.id, .shutdown, at: now) }
  }

  /// Whether there is anybody whom she may monitor without being named by a client.
  public func mayAskByPhone(_ supervisor: AgentID) -> Bool {
    settings.rules.rows.contains { $0.supervisor == supervisor }
  }

  /// She works at this phone from now on; `isVouched`: the client that said so may speak for her as a supervisor. Whoever
  /// sat there before has gone.
  public mutating func loggedIn(_ agent: AgentID, at phone: PhoneID, isVouched: Bool) {
    vouched[phone] = isVouched ? agent : nil
  }

  /// Whose rights the code has on a phone: those of who is logged in there, if it is her own phone or a client logged her in
  /// that may speak for her; else, where nobody is, those of the one whose own phone it is. Logging somebody in must not
  /// give her rights to whoever sits at the phone.
  public func caller(at phone: PhoneID, loggedIn: AgentID?, owner: AgentID?) -> AgentID? {
    guard let loggedIn else { return owner }
    return loggedIn == owner || loggedIn == vouched[phone] ? loggedIn : nil
  }

  // MARK: What is granted

  private func target(of order: MonitorOrder) -> Result<Target, MonitorRefusal> {
    switch order.target {
    case .agent(let agent):
      var target = Target(agent: agent, contact: current(of: agent), follow: order.follow ?? .agent)
      guard target.follow == .contact else { return .success(target) }
      target.named = target.contact
      return target.contact == nil ? .failure(.hasNoCall(agent)) : .success(target)
    case .contact(let contact):
      guard let talk = talks[contact] else { return .failure(.nobodyTalks(contact)) }
      let follow = order.follow ?? .contact
      let heard = follow == .agent ? current(of: talk.agent) : contact
      return .success(Target(agent: talk.agent, contact: heard, follow: follow, named: contact))
    }
  }

  private func refusal(of order: MonitorOrder, to target: Target, besides former: MonitorID?) -> MonitorRefusal? {
    let supervisor = order.supervisor
    if target.agent == supervisor { return .herself(supervisor) }
    if let named = target.named, !settings.rules.isOpen(talks[named]?.queue) { return .queueIsClosed }
    // Who stays with an agent may be kept out of one contact and let into the next.
    var rights = settings.rules.rights(of: supervisor, with: target.agent)
    if let named = target.named { rights = self.rights(of: supervisor, in: named) }
    if order.user == nil, !mayAskByPhone(supervisor) { rights = [] }
    for right in [.listen, MonitorRight(order.mode)] where !rights.contains(right) {
      return .notAllowed(supervisor, right, with: target.agent)
    }
    let rivals = monitors.count {
      $0.id != former
        && (($0.contact != nil && $0.contact == target.contact)
          || ($0.follow == .agent && target.follow == .agent && $0.agent == target.agent))
    }
    return rivals < Self.limit ? nil : .tooMany(limit: Self.limit)
  }

  private func monitor(of order: MonitorOrder, to target: Target, as id: MonitorID, at now: Moment) -> Monitor {
    Monitor(
      id: id, supervisor: order.supervisor, phone: order.phone, follow: target.follow, user: order.user, since: now,
      agent: target.agent, contact: target.contact)
  }

  /// On the line already, she goes elsewhere.
  private mutating func move(_ id: MonitorID, to target: Target, _ order: MonitorOrder, at now: Moment) -> [Effect] {
    guard var watch = watches[id] else { return [] }
    let former = watch.monitor
    let left = watch.placed?.contact
    watch.leave()
    watch.want(order.mode, by: order.user)
    watch.monitor.agent = target.agent
    watch.monitor.contact = target.contact
    watch.monitor.follow = target.follow
    watch.monitor.user = order.user
    let parted = watch.parted(from: former)
    let entry = watch.entry(.asked, .listen, by: order.user, at: now)
    // A row that is still being written allows nothing any more.
    watch.awaited = entry
    watches[id] = watch
    let withdrawal: [Effect] = left == nil ? [] : [.withdraw(id)]
    return withdrawal + parted + (watch.hasStarted ? [.changed(watch.monitor)] : []) + [.audit(entry)]
      + (left.map { letIn(to: $0, at: now) } ?? [])
  }

  private mutating func modeWanted(_ mode: MonitorMode, _ watch: Watch, by user: UInt32?, at now: Moment) -> Answer {
    let id = watch.monitor.id
    guard rightsNow(of: watch).contains(MonitorRight(mode)) else {
      return denied(MonitorRight(mode), id, by: user, at: now)
    }
    watches[id]?.want(mode, by: user)
    return Answer(settle(id, at: now))
  }

  /// What she may where she is, or with the agent for whose call she waits.
  private func rightsNow(of watch: Watch) -> Set<MonitorRight> {
    watch.placed.map { rights(of: watch.monitor.supervisor, in: $0.contact) }
      ?? settings.rules.rights(of: watch.monitor.supervisor, with: watch.monitor.agent)
  }

  // MARK: What is refused

  /// Written and told, and nothing else.
  private mutating func denied(
    _ refusal: MonitorRefusal, _ order: MonitorOrder, _ target: Target, as id: MonitorID, at now: Moment
  ) -> Answer {
    var right = MonitorRight(order.mode)
    if case .notAllowed(_, let missing, _) = refusal { right = missing }
    var target = target
    target.contact = target.named ?? target.contact
    var watch = Watch(monitor: monitor(of: order, to: target, as: id, at: now), wanted: order.mode)
    return Answer(watch.denied(right, refusal, by: order.user, at: now), refusal: refusal)
  }

  mutating func denied(_ right: MonitorRight, _ id: MonitorID, by user: UInt32?, at now: Moment) -> Answer {
    guard let monitor = watches[id]?.monitor else { return Answer([]) }
    let refusal = MonitorRefusal.notAllowed(monitor.supervisor, right, with: monitor.agent)
    return Answer(watches[id]?.denied(right, refusal, by: user, at: now) ?? [], refusal: refusal)
  }
}
