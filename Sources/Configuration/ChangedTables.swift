import Changes
import Control
import Telephony

/// The tables of a file with changes laid over them.
struct ChangedTables: Sendable {
  /// Of the whole file.
  private(set) var entries: [TOMLEntry]

  init(_ entries: [TOMLEntry]) { self.entries = entries }

  /// Lays one over it, its values standing at `place`. Nil, or why it fits nowhere; then nothing is different.
  mutating func apply(_ change: SettingChange, at place: Place) -> String? {
    let value: TOMLValue?
    if let text = change.value {
      guard let json = try? JSON(reading: text.utf8) else { return "the saved value is no JSON" }
      value = TOMLValue(json, at: place)
    } else {
      value = nil
    }
    switch change.subject {
    case .queue(let queue):
      return inTable("queues", queue.rawValue, change.key, value, at: place)
    case .agent(let agent): return inTable("agents", agent.rawValue, change.key, value, at: place)
    case .code(let list, let code): return inTable(list.rawValue, code, change.key, value, at: place)
    case .membership(let agent, let queue):
      guard var table = table("agents", agent.rawValue) else { return "there is no agent \(quoted(agent.rawValue))" }
      guard self.table("queues", queue.rawValue) != nil else { return "there is no queue \(quoted(queue.rawValue))" }
      var queues = Self.memberships(of: table)
      if change.key == SettingChange.existence {
        queues[queue.rawValue] = value?.json == .bool(false) ? nil : TOMLValue(place: place, content: .table([]))
      } else {
        var membership = Self.membership(queues[queue.rawValue])
        membership[change.key] = value
        queues[queue.rawValue] = TOMLValue(place: place, content: .table(membership))
      }
      table["queues"] = TOMLValue(place: place, content: .table(queues))
      put("agents", agent.rawValue, TOMLValue(place: place, content: .table(table)))
      return nil
    }
  }

  /// As JSON: null for a key that is not there.
  func value(of target: SettingChange.Target) -> JSON {
    let entries: [TOMLEntry]?
    switch target.subject {
    case .queue(let queue): entries = table("queues", queue.rawValue)
    case .agent(let agent): entries = table("agents", agent.rawValue)
    case .code(let list, let code): entries = table(list.rawValue, code)
    case .membership(let agent, let queue):
      entries = table("agents", agent.rawValue).flatMap { table in
        Self.memberships(of: table)[queue.rawValue].map { Self.membership($0) }
      }
    }
    if target.key == SettingChange.existence { return .bool(entries != nil) }
    let names = target.key.split(separator: ".", maxSplits: 1).map(String.init)
    guard let first = names.first, let value = entries?[first] else { return .null }
    guard names.count == 2 else { return value.json }
    guard case .table(let inner) = value.content else { return .null }
    return inner[names[1]]?.json ?? .null
  }

  /// What stands in it, each key within a table by itself; of an agent her memberships too, each with whether it is there.
  func content(of subject: SettingSubject) -> [SettingChange.Target: JSON] {
    var content: [SettingChange.Target: JSON] = [:]
    func put(_ entries: [TOMLEntry], of subject: SettingSubject) {
      for entry in entries {
        if case .table(let inner) = entry.value.content {
          for one in inner { content[.init(subject: subject, key: "\(entry.key).\(one.key)")] = one.value.json }
        } else {
          content[.init(subject: subject, key: entry.key)] = entry.value.json
        }
      }
    }
    switch subject {
    case .queue(let queue): put((table("queues", queue.rawValue) ?? []).filter { $0.key != "id" }, of: subject)
    case .code(let list, let code): put((table(list.rawValue, code) ?? []).filter { $0.key != "id" }, of: subject)
    case .agent(let agent):
      let table = table("agents", agent.rawValue) ?? []
      put(table.filter { $0.key != "id" && $0.key != "queues" }, of: subject)
      for queue in Self.memberships(of: table) {
        let membership = SettingSubject.membership(agent, QueueID(rawValue: queue.key))
        content[.init(subject: membership, key: SettingChange.existence)] = .bool(true)
        put(Self.membership(queue.value), of: membership)
      }
    case .membership(let agent, let queue):
      let served = Self.memberships(of: table("agents", agent.rawValue) ?? [])
      if served[queue.rawValue] != nil { content[.init(subject: subject, key: SettingChange.existence)] = .bool(true) }
      put(Self.membership(served[queue.rawValue]), of: subject)
    }
    return content
  }

  /// Whether it is there.
  func has(_ subject: SettingSubject) -> Bool {
    value(of: SettingChange.Target(subject: subject, key: SettingChange.existence)) == .bool(true)
  }

  /// The ids of a list, in order.
  func names(in list: String) -> [String] { elements(of: list).compactMap(Self.id) }

  private mutating func inTable(
    _ list: String, _ id: String, _ key: String, _ value: TOMLValue?, at place: Place
  ) -> String? {
    if key == SettingChange.existence {
      guard value?.json != .bool(false) else {
        put(list, id, nil)
        return nil
      }
      let name = TOMLEntry(key: "id", place: place, value: TOMLValue(place: place, content: .string(id)))
      put(list, id, TOMLValue(place: place, content: .table([name])))
      return nil
    }
    guard var table = table(list, id) else { return "there is no \(list.dropLast()) \(quoted(id))" }
    let names = key.split(separator: ".", maxSplits: 1).map(String.init)
    if names.count == 2 {
      var inner: [TOMLEntry] = []
      if case .table(let entries)? = table[names[0]]?.content { inner = entries }
      inner[names[1]] = value
      table[names[0]] = TOMLValue(place: place, content: .table(inner))
    } else {
      table[key] = value
    }
    put(list, id, TOMLValue(place: self.place(of: list, id) ?? place, content: .table(table)))
    return nil
  }

  /// Whether anybody serves this queue.
  func hasMembers(of queue: QueueID) -> Bool { !members(of: queue).isEmpty }

  /// Who serves this queue, in order of the file.
  func members(of queue: QueueID) -> [AgentID] {
    elements(of: "agents").compactMap { value in
      guard let id = Self.id(value), case .table(let table) = value.content else { return nil }
      return Self.memberships(of: table)[queue.rawValue] == nil ? nil : AgentID(rawValue: id)
    }
  }

  /// Whoever serves a queue that was taken away serves it no more.
  mutating func forgetMembers(of queue: QueueID) {
    for id in names(in: "agents") {
      guard var table = table("agents", id), let place = table["queues"]?.place else { continue }
      var queues = Self.memberships(of: table)
      guard queues[queue.rawValue] != nil else { continue }
      queues[queue.rawValue] = nil
      table["queues"] = TOMLValue(place: place, content: .table(queues))
      put("agents", id, TOMLValue(place: self.place(of: "agents", id) ?? place, content: .table(table)))
    }
  }

  // MARK: Tables by their ids

  private func elements(of list: String) -> [TOMLValue] {
    guard case .array(let values)? = entries[list]?.content else { return [] }
    return values
  }

  private static func id(_ value: TOMLValue) -> String? {
    guard case .table(let entries) = value.content, case .string(let id)? = entries["id"]?.content else { return nil }
    return id
  }

  private func table(_ list: String, _ id: String) -> [TOMLEntry]? {
    guard let value = elements(of: list).first(where: { Self.id($0) == id }), case .table(let entries) = value.content
    else { return nil }
    return entries
  }

  private func place(of list: String, _ id: String) -> Place? {
    elements(of: list).first { Self.id($0) == id }?.place
  }

  /// In the place of the one with this id, or behind all; nil takes it away.
  private mutating func put(_ list: String, _ id: String, _ table: TOMLValue?) {
    var values = elements(of: list)
    let index = values.firstIndex { Self.id($0) == id }
    switch (index, table) {
    case (let index?, let table?): values[index] = table
    case (let index?, nil): values.remove(at: index)
    case (nil, let table?): values.append(table)
    case (nil, nil): return
    }
    let place = entries[list]?.place ?? table?.place ?? .start
    entries[list] = TOMLValue(place: place, content: .array(values))
  }

  /// `queues` of an agent's table, a list of names as level 1 in each.
  private static func memberships(of table: [TOMLEntry]) -> [TOMLEntry] {
    switch table["queues"]?.content {
    case .table(let entries)?: return entries
    case .array(let values)?:
      return values.compactMap { value in
        guard case .string(let name) = value.content else { return nil }
        return TOMLEntry(key: name, place: value.place, value: TOMLValue(place: value.place, content: .integer(1)))
      }
    default: return []
    }
  }

  /// A number is the level.
  private static func membership(_ value: TOMLValue?) -> [TOMLEntry] {
    switch value?.content {
    case .table(let entries)?: return entries
    case .integer?: return value.map { [TOMLEntry(key: "level", place: $0.place, value: $0)] } ?? []
    default: return []
    }
  }
}
