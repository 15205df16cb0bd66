import Telephony

extension Distributor {
  /// Pairs whoever can be paired, lets those leave whom nobody is left for, and hands out what was decided.
  ///
  /// Before the turn nobody who may be offered one could take a waiting contact, so every pair there is now has somebody in
  /// it who was freed in this turn, and is the best one of hers or his.
  mutating func conclude(_ turn: inout Turn) -> [Effect] {
    repeat {
      pairAll(&turn)
      leaveDeserted(&turn)
    } while !turn.freedContacts.isEmpty || !turn.freedAgents.isEmpty
    explainRings(&turn)
    explainWaits(&turn)
    forgetLeaving(&turn)
    return turn.effects
  }

  private mutating func pairAll(_ turn: inout Turn) {
    while let pair = bestPair(&turn), offer(pair, &turn) {}
    turn.freedAgents = []
    turn.freedContacts = []
  }

  /// Whoever finds nobody now will find nobody later in this turn, unless he is freed once more: offers only take away.
  private func bestPair(_ turn: inout Turn) -> Pair? {
    var best: Pair?
    func keep(_ pair: Pair?) -> Bool {
      guard let pair else { return false }
      best = best.map { min($0, pair) } ?? pair
      return true
    }
    turn.freedAgents = turn.freedAgents.filter { keep(bestPair(forAgent: $0, at: turn.now)) }
    turn.freedContacts = turn.freedContacts.filter { keep(bestPair(forContact: $0, at: turn.now)) }
    return best
  }

  private func bestPair(forAgent id: AgentID, at now: Moment) -> Pair? {
    guard let agent = people[id], agent.isAvailable else { return nil }
    let alone = Rank.alone(agent)
    if let place = agent.waiting.first(where: { mayBeOffered($0.contact, to: id, level: alone.level) }) {
      return Pair(place: place, rank: alone)
    }
    var best: Pair?
    for duty in agent.duties where !duty.membership.isPaused {
      // Levels ascend: none that comes later is better.
      if let best, best.rank.level < duty.membership.level { break }
      guard let line = lines[duty.queue], !line.settings.isPaused else { continue }
      let place = line.seeking.first { mayBeOffered($0.contact, to: id, level: duty.membership.level) }
      guard let place, let contact = contacts[place.contact] else { continue }
      let standing = standingRank(of: agent, duty.membership, by: line.settings.strategy)
      let pair = Pair(place: place, rank: rank(standing, in: line, for: contact, at: now))
      best = best.map { min($0, pair) } ?? pair
    }
    return best
  }

  private func bestPair(forContact id: ContactID, at now: Moment) -> Pair? {
    guard let contact = contacts[id], seeksAgent(contact) else { return nil }
    if let only = contact.only {
      guard let agent = people[only], agent.isAvailable else { return nil }
      let alone = Rank.alone(agent)
      guard mayBeOffered(id, to: only, level: alone.level) else { return nil }
      return Pair(place: contact.place, rank: alone)
    }
    guard let queue = contact.queue, let line = lines[queue], !line.settings.isPaused else { return nil }
    var best: Rank?
    for standing in line.free {
      if let best, best.tier < standing.tier { break }
      guard obstacle(to: contact, standing.agent, level: standing.level) == nil else { continue }
      let rank = rank(standing, in: line, for: contact, at: now)
      best = best.map { min($0, rank) } ?? rank
      if line.settings.strategy.isStanding { break }
    }
    return best.map { Pair(place: contact.place, rank: $0) }
  }

  private func mayBeOffered(_ id: ContactID, to agent: AgentID, level: Int) -> Bool {
    guard let contact = contacts[id], seeksAgent(contact) else { return false }
    return obstacle(to: contact, agent, level: level) == nil
  }

  /// What keeps this contact from somebody who may be offered one; nil: nothing.
  func obstacle(to contact: Contact, _ agent: AgentID, level: Int) -> Decision.Obstacle? {
    Visits.note()
    if !contact.leftOut.isEmpty, let end = contact.leftOut[agent] { return .leftOut(after: end) }
    if let only = contact.only {
      if only != agent { return .keptFor(only) }
      return contact.queue.map { rules(of: $0).isPaused } == true ? .queuePaused : nil
    }
    if isTooEarly(contact, for: agent) { return .delayed }
    if let requirement = contact.requirement, people[agent].map({ requirement.isMet(by: $0.skills) }) != true {
      return .skillMissing
    }
    guard let ringing = contact.offers.map(\.tier).min(), queueSettings(of: contact.target).strategy == .ringAll,
      let load = people[agent]?.load, Tier(load: load, level: level) > ringing
    else { return nil }
    return load > ringing.load ? .talking : .otherLevel
  }

  // MARK: Ranks

  /// Her rank as far as it is the same for every contact, until she does something.
  func standingRank(of agent: Agent, _ membership: Membership, by strategy: QueueStrategy) -> Rank {
    var rank = Rank(
      load: agent.load, level: membership.level, position: membership.position, agent: agent.id)
    switch strategy {
    case .linear, .roundRobin: break
    case .leastRecent:
      rank.key = Ratio(agent.lastRelease.map { Int($0.monotonicNanoseconds) } ?? .min)
      rank.since = agent.readySince.monotonicNanoseconds
    default: rank.since = agent.readySince.monotonicNanoseconds
    }
    return rank
  }

  /// Her rank for this contact at this moment.
  func rank(_ standing: Rank, in line: Line, for contact: Contact, at now: Moment) -> Rank {
    let strategy = line.settings.strategy
    guard !strategy.isStanding, let agent = people[standing.agent] else { return standing }
    var rank = standing
    switch strategy {
    case .fewestCalls: rank.key = Ratio(counts(of: agent, at: now).calls)
    case .leastTalkTime: rank.key = Ratio(counts(of: agent, at: now).talk)
    case .leastOccupied: rank.key = counts(of: agent, at: now).occupancy
    case .roundRobin:
      let isPast = line.turn.map { Slot(position: rank.position, agent: rank.agent) <= $0 } ?? false
      rank.key = Ratio(isPast ? 1 : 0)
    case .random:
      rank.key = Ratio(Int(Chance.bits(seed: settings.seed, contact.place.contact, rank.agent) >> 1))
    case .weightedRandom:
      let bits = Chance.bits(seed: settings.seed, contact.place.contact, rank.agent)
      let weight = agent.membership(of: line.settings.id)?.weight ?? 1
      rank.key = Ratio(Chance.waitingTime(bits), over: weight)
    case .skillFirst: rank.key = Ratio(-(contact.requirement?.level(of: agent.skills) ?? 0))
    case .longestIdle, .leastRecent, .linear, .ringAll, .ringProgressively: break
    }
    return rank
  }

  /// What she did in the window, up to this moment.
  func counts(of agent: Agent, at now: Moment) -> Tally.Counts {
    let running = Tally.counts(
      of: agent.activity, isReady: agent.status == .ready,
      microseconds: Int(now.monotonicNanoseconds / 1000 - agent.tally.countedUntil.monotonicNanoseconds / 1000))
    return agent.tally.counts(at: now) + (running ?? Tally.Counts())
  }
}
