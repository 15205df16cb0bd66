public import Telephony

/// What somebody plans for an agent on one day, as it was written: all of her shifts that begin then. None: she is off.
public struct WrittenDay: Hashable, Sendable {
  /// Who.
  public var agent: AgentID
  /// `2026-11-22`
  public var date: String
  /// `09:00-18:00`; one that ends no later than it begins ends on the next day.
  public var shifts: [String]
  /// By kind, `12:00-13:00`: each belongs to the shift within which it lies.
  public var parts: [Shift.Kind: [String]]

  /// As given.
  public init(agent: AgentID, date: String, shifts: [String], parts: [Shift.Kind: [String]] = [:]) {
    self.agent = agent
    self.date = date
    self.shifts = shifts
    self.parts = parts
  }
}

extension WrittenDay {
  /// The day and its shifts, in order, or what is wrong with them.
  public var read: Result<(day: LocalDay, shifts: [Shift]), ShiftFault> {
    guard let day = LocalDay(date) else {
      return fault("date", "expected a date as 2026-11-23, from 2000 to 2099", date)
    }
    guard shifts.count <= Shift.mostOnADay else {
      return .failure(ShiftFault("shifts: \(shifts.count) on one day, \(Shift.mostOnADay) at most"))
    }
    var all: [Range<Int>] = []
    for text in shifts {
      switch Self.hours(text) {
      case nil: return fault("shifts", "expected FROM-TO as 09:00-18:00", text)
      case let hours? where hours.isEmpty: all.append(hours.lowerBound..<hours.lowerBound + Shift.dayLength)
      case let hours?: all.append(hours)
      }
    }
    all.sort { $0.lowerBound < $1.lowerBound }
    if let (one, other) = zip(all, all.dropFirst()).first(where: { $0.upperBound > $1.lowerBound }) {
      return .failure(ShiftFault("shifts: \(Shift.text(one)) and \(Shift.text(other)) overlap"))
    }
    return parts(within: all).flatMap { parts in
      var read: [Shift] = []
      for (hours, own) in zip(all, parts) {
        guard own.count <= Shift.mostParts else {
          return .failure(ShiftFault("\(own.count) breaks and the like in one shift, \(Shift.mostParts) at most"))
        }
        guard let shift = Shift(agent: agent, day: day, hours: hours, parts: own) else {
          return .failure(ShiftFault("shifts: \(Shift.text(hours)) is no shift"))
        }
        read.append(shift)
      }
      return .success((day, read))
    }
  }

  /// Of each shift its own, in order.
  private func parts(within shifts: [Range<Int>]) -> Result<[[Shift.Part]], ShiftFault> {
    var found: [[Shift.Part]] = shifts.map { _ in [] }
    for kind in Shift.Kind.allCases {
      for text in parts[kind] ?? [] {
        guard let hours = Self.hours(text), !hours.isEmpty else {
          return fault(kind.rawValue, "expected FROM-TO as 12:00-13:00", text)
        }
        // After midnight it is the next day's.
        let next = hours.lowerBound + Shift.dayLength..<hours.upperBound + Shift.dayLength
        guard
          let (index, own) = [hours, next].lazy.compactMap({ hours in
            shifts.firstIndex { $0.lowerBound <= hours.lowerBound && hours.upperBound <= $0.upperBound }
              .map { ($0, hours) }
          }).first
        else { return fault(kind.rawValue, "this lies within no shift of the day", text) }
        if let other = found[index].first(where: { $0.hours.overlaps(own) }) {
          return .failure(
            ShiftFault("\(kind.rawValue): \(Shift.text(own)) and \(Shift.text(other.hours)) overlap"))
        }
        found[index].append(Shift.Part(kind, own))
      }
    }
    return .success(found.map { $0.sorted { $0.hours.lowerBound < $1.hours.lowerBound } })
  }

  private func fault<Value>(_ name: String, _ what: String, _ text: String) -> Result<Value, ShiftFault> {
    .failure(ShiftFault("\(name): \(what), not \"\(ShiftFault.shown(text))\""))
  }

  /// Empty where the end is the beginning.
  private static func hours(_ text: String) -> Range<Int>? {
    let times = text.split(separator: "-", omittingEmptySubsequences: false).map { minutes($0) }
    guard times.count == 2, let from = times[0], let to = times[1], from < Shift.dayLength else { return nil }
    return from..<(to < from ? to + Shift.dayLength : to)
  }

  /// `09:00` or `9:00`; `24:00` is the end of the day.
  private static func minutes(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...2).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }), let hour = Int(parts[0]),
      let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= Shift.dayLength
    else { return nil }
    return hour * 60 + minute
  }
}
