import Telephony
import Testing

@testable import Control

@Suite struct `The envelope of requests` {
  @Test(arguments: [
    (#"{"jsonrpc":"2.0","id":1,"method":"m"}"#, JSONRPC.Call(id: .number(1), method: "m", parameters: nil)),
    (
      #"{"jsonrpc":"2.0","id":"x","method":"m","params":{}}"#,
      JSONRPC.Call(id: .text("x"), method: "m", parameters: .object([:]))
    ),
    (#"{"jsonrpc":"2.0","id":null,"method":"m"}"#, JSONRPC.Call(id: .null, method: "m", parameters: nil)),
    (" {\"method\":\"m\",\"jsonrpc\":\"2.0\"}\r", JSONRPC.Call(id: nil, method: "m", parameters: nil)),
  ])
  func `a request is read`(line: String, call: JSONRPC.Call) throws {
    #expect(try JSONRPC.call(reading: line.utf8) == call)
  }

  @Test(arguments: [
    ("[]", JSONRPC.RequestID.null, ControlError.Kind.invalidRequest, "Batches"),
    ("5", .null, .invalidRequest, "object"),
    ("{", .null, .parseError, "Byte 1:"), (#"{"id":7,"method":"m"}"#, .number(7), .invalidRequest, "jsonrpc"),
    (#"{"jsonrpc":"1.0","id":7,"method":"m"}"#, .number(7), .invalidRequest, "jsonrpc"),
    (#"{"jsonrpc":"2.0","id":7}"#, .number(7), .invalidRequest, "method"),
    (#"{"jsonrpc":"2.0","id":"a","method":5}"#, .text("a"), .invalidRequest, "method"),
    (#"{"jsonrpc":"2.0","id":1.5,"method":"m"}"#, .null, .invalidRequest, "id:"),
    (#"{"jsonrpc":"2.0","id":{},"method":"m"}"#, .null, .invalidRequest, "id:"),
    (#"{"jsonrpc":"2.0","id":1,"method":"m","parms":{}}"#, .number(1), .invalidRequest, #"Did you mean "params"?"#),
  ])
  func `what is none is refused under its id`(
    line: String, id: JSONRPC.RequestID, kind: ControlError.Kind, what: String
  ) {
    #expect {
      try JSONRPC.call(reading: line.utf8)
    } throws: {
      guard let fault = $0 as? JSONRPC.Fault else { return false }
      return fault.id == id && fault.error.kind == kind && fault.error.message.contains(what)
    }
  }

  @Test func `answers are one line each`() {
    func text(_ line: [UInt8]) -> String { String(decoding: line, as: UTF8.self) }
    #expect(
      text(JSONRPC.answer(.success(.done(Done(contact: "c"))), to: .text("a\nb")))
        == #"{"id":"a\nb","jsonrpc":"2.0","result":{"contact":"c","note":"","ok":true}}"# + "\n")
    #expect(
      text(JSONRPC.answer(.failure(ControlError(.notFound, "No <x>.")), to: .null))
        == #"{"error":{"code":-32001,"message":"No \u003cx>."},"id":null,"jsonrpc":"2.0"}"# + "\n")
    #expect(
      text(JSONRPC.answer(.success(.agents([])), to: .number(5))) == #"{"id":5,"jsonrpc":"2.0","result":[]}"# + "\n")
  }
}
