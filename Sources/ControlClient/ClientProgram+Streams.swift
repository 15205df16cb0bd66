import Control
import Glibc

extension ClientProgram {
  /// The answer to a request that follows the subscription stands behind everything that is replayed.
  func printKeptEvents(path: String, since: UInt64, json: Bool) throws(ClientError) {
    let connection = try ControlConnection(path: path)
    let subscribed = try connection.send("events.subscribe", ["since": .integer(Int64(since))])
    let end = try connection.send("system.status")
    let answer = try connection.answer(to: subscribed).read(as: Subscribed.self)
    if since > answer.next {
      errors("tsunagi: there is no event \(since) yet: the next one is \(answer.next)\n")
    } else if answer.missed {
      errors("tsunagi: older events are no longer kept\n")
    }
    _ = try connection.answer(to: end)
    for notice in connection.takeNotices() {
      guard let event = notice["params"], notice["method"] == .string("event") else { continue }
      output(json ? JSONLine.text(event) + "\n" : rendering.event(event))
    }
  }

  /// Shows events for ever. When the daemon goes away it is waited for, and what it has kept meanwhile is shown; that it
  /// was away, and what was lost, is said on standard error. Only the first connection must succeed.
  func follow(
    path: String, since: UInt64?, wanting: [String: JSON], _ show: (JSON) throws(ClientError) -> Void
  ) throws(ClientError) {
    var place = (seq: since, epoch: UInt64?.none)
    var connection = try ControlConnection(path: path)
    while true {
      do throws(ClientError) {
        try stream(connection, &place, wanting, show)
      } catch .closed {
        errors("tsunagi: the daemon closed the connection; connecting again\n")
      }
      connection = reconnect(path)
      errors("tsunagi: connected again\n")
    }
  }

  private func stream(
    _ connection: ControlConnection, _ place: inout (seq: UInt64?, epoch: UInt64?), _ wanting: [String: JSON],
    _ show: (JSON) throws(ClientError) -> Void
  ) throws(ClientError) {
    var parameters = wanting
    if let seq = place.seq { parameters["since"] = .integer(Int64(clamping: seq)) }
    if let epoch = place.epoch { parameters["epoch"] = .integer(Int64(clamping: epoch)) }
    let answer = try connection.call("events.subscribe", parameters, as: Subscribed.self)
    if answer.missed, place.epoch == answer.epoch { errors("tsunagi: some events are no longer kept\n") }
    place = (answer.next, answer.epoch)
    while let notice = try connection.nextNotice() {
      guard let event = notice["params"] else { continue }
      if notice["method"] == .string("cut") {
        errors("tsunagi: \(TerminalText.safe(event["reason"]?.text ?? ""))\n")
        if let seq = event["resume_from"]?.integer { place.seq = UInt64(clamping: seq) }
        throw .closed
      }
      guard notice["method"] == .string("event") else { continue }
      if let seq = event["seq"]?.integer { place.seq = UInt64(clamping: seq) + 1 }
      try show(event)
    }
  }

  /// Until the daemon is there again, or a signal ends the program. Hundreds of clients may wait for one daemon, so the
  /// pauses grow.
  private func reconnect(_ path: String) -> ControlConnection {
    var pauses = Pauses()
    while true {
      if let connection = try? ControlConnection(path: path) { return connection }
      pause(pauses.next())
    }
  }
}
