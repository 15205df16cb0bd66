import Control
import LoopbackTesting

/// Tells what the daemon's notices say, in words, as they come.
final class Narrator: Sendable {
  private let screen: Screen
  private let people: [String: String]
  private let task: Task<Void, Never>

  /// `people` are the agents' names by id.
  init(_ connection: ControlConnection, people: [String: String], screen: Screen) {
    self.screen = screen
    self.people = people
    task = Task.detached {
      var seen = 0
      var parties: [String: String] = [:]
      while !Task.isCancelled {
        let notices = connection.notices
        for notice in notices[seen...] {
          Self.tell(notice, people, &parties, screen)
        }
        seen = notices.count
        try? await Task.sleep(for: .milliseconds(15))
      }
    }
  }

  deinit { task.cancel() }

  private static func tell(
    _ notice: ControlConnection.Received, _ people: [String: String], _ parties: inout [String: String],
    _ screen: Screen
  ) {
    let contact = notice.contact ?? ""
    let agent = notice.agent.map { people[$0] ?? $0 } ?? ""
    let party = parties[contact] ?? ""
    func say(_ who: String, _ what: String) { screen.say(who, what, at: notice.at) }
    func text(_ name: String) -> String { notice.data(name)?.text ?? "" }
    switch notice.type {
    case "contact.arrived":
      let display = notice.data("caller")?["display"]?.text ?? ""
      parties[contact] = display
      if text("direction") == "inbound" { say(display, "calls \(text("called"))") }
    case "popup", "popup.completed":
      let card = Card(notice)
      parties[contact] = card.customer.isEmpty ? card.display : card.customer
      say(agent, "card pops up: \(card.line)")
    case "contact.dialing": say(agent, "dials \(text("number"))")
    case "contact.connected": say(agent, "and \(party) are joined")
    case "contact.ended": say(party, "call is over: \(text("reason"))")
    case "agent.changed": tellAgent(notice, agent, screen)
    case "recording.ended": say("tsunagid", "sealed \(text("path").split(separator: "/").last ?? "")")
    default: break
    }
  }

  private static func tellAgent(_ notice: ControlConnection.Received, _ agent: String, _ screen: Screen) {
    let status = notice.data("status")?.text ?? ""
    switch (notice.data("activity")?.text ?? "", status) {
    case ("acw", _): screen.say(agent, "wraps up", at: notice.at)
    case ("idle", "ready"): screen.say(agent, "is free", at: notice.at)
    case ("idle", "not_ready"):
      screen.say(agent, "is logged in at \(notice.data("phone")?.text ?? "")", at: notice.at)
    default: break
    }
  }
}

/// What a pop-up shows, in one line.
struct Card {
  /// `known`, `unknown`, …
  let kind: String
  /// The number as people write it, or 非通知 and its like.
  let display: String
  /// The customer's name, or nothing.
  let customer: String
  let line: String

  init(_ notice: ControlConnection.Received) {
    kind = notice.data("card")?.text ?? ""
    display = notice.data("caller")?["display"]?.text ?? ""
    let first = notice.data("customers")?.elements.first
    customer = first?["name"]?.text ?? ""
    if let first, kind == "known" {
      let reading = first["reading"]?.text ?? ""
      let notes = first["notes"]?.text ?? ""
      line = "\(customer) (\(reading)) \(display)\(notes.isEmpty ? "" : "「\(notes)」")"
    } else {
      line = "\(display), empty (\(kind))"
    }
  }
}
