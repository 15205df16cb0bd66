import Control
import Telephony

/// Carries out one client's requests, in order.
struct ClientRequests: Sendable {
  let server: ControlServer
  let handler: any RequestHandler
  let client: Client

  /// Until the client sends no more, or the server stops.
  func run(_ lines: AsyncStream<LineBuffer.Found>) async {
    for await found in lines {
      guard server.state.withLock({ $0.stage == .running }) else { return }
      switch found {
      case .tooLong:
        let error = ControlError(.parseError, "A line may have at most \(JSONRPC.longestLine) bytes.")
        finish(JSONRPC.answer(.failure(error), to: .null), 0)
      case .line(let line): await answer(line)
      }
    }
  }

  private func answer(_ line: [UInt8]) async {
    let call: JSONRPC.Call
    do {
      call = try JSONRPC.call(reading: line)
    } catch {
      finish(JSONRPC.answer(.failure(error.error), to: error.id), line.count)
      return
    }
    let request: Request
    do {
      request = try Command.named(call.method).request(parameters: call.parameters, from: client)
    } catch {
      if error.kind == .forbidden {
        server.log(
          LogLine(
            .info, "request refused",
            ["client": "\(client.number)", "method": call.method, "role": client.role.rawValue]))
      }
      finish(call.id.map { JSONRPC.answer(.failure(error), to: $0) }, line.count)
      return
    }
    if case .eventsSubscribe(let subscription) = request {
      subscribe(subscription, call.id, line.count)
      return
    }
    let result = await carryOut(request)
    finish(call.id.map { JSONRPC.answer(result, to: $0) }, line.count)
  }

  private func carryOut(_ request: Request) async -> Result<ControlResult, ControlError> {
    if case .help(let name) = request {
      do {
        return .success(.help(try Command.help(name)))
      } catch {
        // Of the parameter, not of the method that was called.
        return .failure(ControlError(.invalidParameters, error.message))
      }
    }
    let result = await handler.handle(request, from: client)
    guard case .success(.status(var status)) = result else { return result }
    server.state.withLock {
      status.epoch = $0.notices.epoch
      status.seq = $0.notices.next - 1
      status.clients = $0.connections.count
    }
    return .success(.status(status))
  }

  private func subscribe(_ subscription: Subscription, _ id: JSONRPC.RequestID?, _ bytes: Int) {
    server.state.withLock { state in
      let line = id.map { JSONRPC.answer(.success(.subscribed(state.notices.replay(subscription).answer)), to: $0) }
      state.answered(client.number, line, to: bytes, subscribing: subscription, settings: server.settings)
    }
  }

  private func finish(_ line: [UInt8]?, _ bytes: Int) {
    server.state.withLock {
      $0.answered(client.number, line, to: bytes, subscribing: nil, settings: server.settings)
    }
  }
}
