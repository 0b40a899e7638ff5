namespace ScriptedSip.Sip.Transactions;

/// <summary>A server transaction and the client branches made for it.</summary>
public sealed partial class Transaction;

/// <summary>Finds, steps and ends transactions.</summary>
public sealed partial class TransactionEngine;
