using System.CommandLine;
using System.CommandLine.Parsing;
using SuperRes.Lab.Cluster;

namespace SuperRes.Lab.Cli.Parsing;

/// <summary>Options that say what they accept when they are given something else.</summary>
internal static class Values
{
    public static Option<int?> Integer(string name, string placeholder, string description, int least, int most = int.MaxValue) => new(name)
    {
        Description = description,
        HelpName = placeholder,
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (NumberText.TryWhole(text, out long value) && value >= least && value <= most)
            {
                return (int)value;
            }

            result.AddError($"{name} is '{text}'; give a whole number {Range(least, most)}.");
            return null;
        },
    };

    public static Option<long?> Seed(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "S",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (NumberText.TryWhole(text, out long value))
            {
                return value;
            }

            result.AddError($"{name} is '{text}'; give a whole number.");
            return null;
        },
    };

    /// <summary>A number.</summary>
    public static Option<double?> Real(string name, string placeholder, string description, double least, double most) => new(name)
    {
        Description = description,
        HelpName = placeholder,
        CustomParser = result => Real(result, result.Tokens[^1].Value, name, least, most),
    };

    /// <summary>Numbers, one each time the option is given.</summary>
    public static Option<double[]> Reals(string name, string placeholder, string description, double least, double most) => new(name)
    {
        Description = description,
        HelpName = placeholder,
        CustomParser = result =>
        {
            var values = new List<double>();
            foreach (string text in result.Tokens.Select(token => token.Value))
            {
                if (Real(result, text, name, least, most) is not { } value)
                {
                    return [];
                }

                values.Add(value);
            }

            return [.. values];
        },
    };

    public static Option<string?> Text(string name, string placeholder, string description) => new(name)
    {
        Description = description,
        HelpName = placeholder,
        Validators = { RefuseEmpty },
    };

    public static Option<string> RequiredText(string name, string placeholder, string description) => new(name)
    {
        Description = description,
        HelpName = placeholder,
        Required = true,
        Validators = { RefuseEmpty },
    };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>The part of the work that this process does, of several that do it together.</summary>
    public static Option<Shard?> Shard(string what) => new("--shard")
    {
        Description = $"Do the K-th of N parts of {what} only; other processes or machines do the others.",
        HelpName = "K/N",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (Cluster.Shard.TryParse(text) is { } shard)
            {
                return shard;
            }

            result.AddError($"--shard is '{text}'; give K/N with K from 1 to N, such as 1/4.");
            return null;
        },
    };

    /// <summary>One of some words.</summary>
    public static Option<string?> Choice(string name, string placeholder, string description, params string[] words)
    {
        Option<string?> option = Text(name, placeholder, description);
        option.Validators.Add(result =>
        {
            string text = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
            bool mayBeAbsent = option.Arity.MinimumNumberOfValues == 0 && result.Tokens.Count == 0;
            if (!mayBeAbsent && !words.Contains(text, StringComparer.Ordinal))
            {
                result.AddError($"{name} is '{text}'; give {string.Join(" or ", words)}.");
            }
        });
        option.CompletionSources.Add(words);
        return option;
    }

    private static string Range(int least, int most) => most == int.MaxValue ? $"from {least}" : $"from {least} to {most}";

    private static void RefuseEmpty(OptionResult result)
    {
        if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
        {
            result.AddError($"{result.Option.Name} is empty; give {result.Option.Name} {result.Option.HelpName}.");
        }
    }

    private static double? Real(ArgumentResult result, string text, string name, double least, double most)
    {
        if (NumberText.TryReal(text, out double value) && value >= least && value <= most)
        {
            return value;
        }

        result.AddError($"{name} is '{text}'; give a number from {least} to {most}, with a point for decimals.");
        return null;
    }
}
