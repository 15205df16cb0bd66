public import Distribution
internal import Telephony

extension Database: FloorStore {
  /// Durable when it returns.
  public func save(_ change: FloorChange) async throws(StorageError) {
    try await writing.perform { connection throws(StorageError) in
      switch change {
      case .logIn(let agent, let phone?):
        try connection.run(
          "INSERT INTO log_ins (agent, phone) VALUES (?, ?) ON CONFLICT (agent) DO UPDATE SET phone = excluded.phone",
          [Value(agent), Value(phone)])
      case .logIn(let agent, nil): try connection.run("DELETE FROM log_ins WHERE agent = ?", [Value(agent)])
      case .turn(let queue, let agent?):
        try connection.run(
          "INSERT INTO turns (queue, agent) VALUES (?, ?) ON CONFLICT (queue) DO UPDATE SET agent = excluded.agent",
          [Value(queue), Value(agent)])
      case .turn(let queue, nil): try connection.run("DELETE FROM turns WHERE queue = ?", [Value(queue)])
      }
    }
  }

  /// As it was saved last.
  public func floor() async throws(StorageError) -> FloorState {
    try await listing.perform { connection throws(StorageError) in
      var floor = FloorState()
      let logIns = try connection.rows("SELECT agent, phone FROM log_ins") { row -> (AgentID, PhoneID) in
        (row.name(0), row.name(1))
      }
      for (agent, phone) in logIns { floor.logIns[agent] = phone }
      let turns = try connection.rows("SELECT queue, agent FROM turns") { row -> (QueueID, AgentID) in
        (row.name(0), row.name(1))
      }
      for (queue, agent) in turns { floor.turns[queue] = agent }
      return floor
    }
  }
}
