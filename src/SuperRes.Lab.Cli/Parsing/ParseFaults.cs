using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace SuperRes.Lab.Cli.Parsing;

/// <summary>Turns what the parser found wrong into one sentence: what, and what to do.</summary>
internal static class ParseFaults
{
    /// <summary>Describes the first fault.</summary>
    /// <param name="parsed">The parser's result.</param>
    /// <returns>One line; null where the arguments are right.</returns>
    public static string? Describe(ParseResult parsed)
    {
        if (parsed.CommandResult.Children.OfType<OptionResult>().Any(option => option.Option is HelpOption && !option.Implicit)
            || parsed.Action is not null && parsed.Errors.Count == 0 && parsed.Action.ClearsParseErrors)
        {
            return null;
        }

        Command command = parsed.CommandResult.Command;
        string name = FullName(parsed.CommandResult);
        string? fault = UnknownOption(parsed) ?? Unmatched(parsed, command, name) ?? MissingCommand(command, name)
            ?? First(parsed, command);
        return fault is null ? null : $"{fault} See {name} --help.";
    }

    private static string? Unmatched(ParseResult parsed, Command command, string name)
    {
        if (parsed.UnmatchedTokens.Count == 0)
        {
            return null;
        }

        string token = parsed.UnmatchedTokens[0];
        if (token.StartsWith('-'))
        {
            return DescribeOption(token, command, parsed);
        }

        return command.Subcommands.Count > 0
            ? $"'{token}' is no command of {name}{Spelling.Hint(token, command.Subcommands.Select(c => c.Name))}{OrList(token, command)}"
            : $"'{token}' is one argument too many for {name}.";
    }

    /// <summary>The parser takes a mistyped option as a value of an argument that accepts many.</summary>
    private static string? UnknownOption(ParseResult parsed)
    {
        string? token = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens)
            .Select(t => t.Value).FirstOrDefault(value => value.Length > 1 && value[0] == '-' && !Path.Exists(value));
        return token is null ? null : DescribeOption(token, parsed.CommandResult.Command, parsed);
    }

    private static string DescribeOption(string token, Command command, ParseResult parsed)
    {
        IEnumerable<string> known = command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(o => o.Recursive))
            .Select(o => o.Name);
        string hint = Spelling.Hint(token, known);
        return $"{FullName(parsed.CommandResult)} has no option {token}{(hint.Length > 0 ? hint : ".")}";
    }

    private static string? MissingCommand(Command command, string name)
        => command is LabCommand || command.Subcommands.Count == 0 ? null : $"{name} needs a command: {List(command)}.";

    private static string? First(ParseResult parsed, Command command)
    {
        if (parsed.Errors.Count == 0)
        {
            return null;
        }

        string message = parsed.Errors[0].Message;
        return (parsed.Errors[0].SymbolResult, message) switch
        {
            (OptionResult { Option: var option }, _) when message.StartsWith("Required argument missing", StringComparison.Ordinal)
                => $"{option.Name} needs a value: {option.Name} {option.HelpName}.",
            (OptionResult { Option: var option } typed, _) when message.StartsWith("Cannot parse argument", StringComparison.Ordinal)
                => $"{option.Name} has the value '{string.Join(' ', typed.Tokens.Select(token => token.Value))}', which is no "
                    + $"{(option.ValueType == typeof(double[]) || option.ValueType == typeof(double?) ? "number" : "whole number")}.",
            _ when message.EndsWith("is required.", StringComparison.Ordinal) && command.Options.FirstOrDefault(
                o => o.Required && message.Contains($"'{o.Name}'", StringComparison.Ordinal)) is { } option
                => $"{option.Name} {option.HelpName} is missing.",
            _ when message.StartsWith("Required argument", StringComparison.Ordinal)
                => $"{command.Arguments.First(a => parsed.GetResult(a) is not { Tokens.Count: > 0 }).HelpName} is missing.",
            _ => message,
        };
    }

    private static string OrList(string token, Command command)
        => Spelling.Nearest(token, command.Subcommands.Select(c => c.Name)) is null ? $"; there are {List(command)}." : "";

    private static string List(Command command) => string.Join(", ", command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name));

    private static string FullName(CommandResult result)
    {
        string name = result.Command is RootCommand ? CommandTree.Name : result.Command.Name;
        return result.Parent is CommandResult parent ? $"{FullName(parent)} {name}" : name;
    }
}
