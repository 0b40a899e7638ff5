// System has a UriParser of its own.
global using UriParser = ScriptedSip.Sip.Parsing.UriParser;
