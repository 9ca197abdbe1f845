using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Json.Schema;
using SuperRes.Lab.Degradations;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Models;
using SuperRes.Lab.Tests.Cli;

namespace SuperRes.Lab.Tests.Experiments;

/// <summary>The schema of experiment files: made from the options, shipped, and true.</summary>
public sealed class ExperimentSchemaTests
{
    private const string Name = "experiment.schema.json";


    private static string Shipped => File.ReadAllText(Path.Combine(LabFolders.Experiments, Name));

    [Fact]
    public void Schema_OfTheOptions_IsTheShippedFile()
    {
        CliResult made = InProcessOfItsOwn("schema");
        Assert.True(made.Out.ReplaceLineEndings("\n").TrimEnd() == Shipped.TrimEnd(),
            $"experiments/{Name} is another; write it with `superres experiment schema --out experiments/{Name}`.");
    }

    [Fact]
    public void Schema_EachExperimentInTheRepository_IsValidAndNamesIt()
    {
        JsonSchema schema = JsonSchema.FromText(Shipped);
        Assert.All(Experiment.Names(), name =>
        {
            JsonNode file = JsonNode.Parse(File.ReadAllText(Path.Combine(LabFolders.Experiments, name + ".json")))!;
            Assert.Equal(Name, file["$schema"]!.GetValue<string>());
            EvaluationResults results = schema.Evaluate(JsonSerializer.SerializeToElement(file),
                new EvaluationOptions { OutputFormat = OutputFormat.List });
            Assert.True(results.IsValid, $"{name}: " + string.Join("; ", (results.Details ?? []).Where(d => d.Errors is not null)
                .Select(d => $"{d.InstanceLocation} {string.Join(", ", d.Errors!.Values)}")));
        });
    }

    [Theory]
    [InlineData("""{ "name": "a", "stages": [], "sed": 1 }""")]
    [InlineData("""{ "name": "a", "stages": [{ "name": "s", "size": 8, "learningRate": 1 }] }""")]
    [InlineData("""{ "name": "a", "stages": [], "model": { "body": "lite", "icnr": "asRun" }, "loss": { "pixelWeight": -1 } }""")]
    [InlineData("""{ "name": "a", "stages": [], "data": { "degradations": { "jpeg": { "quality": [10, 20, 30] } } } }""")]
    [InlineData("""{ "stages": [] }""")]
    public void Schema_WrongFile_IsRefused(string file) =>
        Assert.False(JsonSchema.FromText(Shipped).Evaluate(JsonDocument.Parse(file).RootElement).IsValid);

    [Fact]
    public void Schema_EachKey_HasDocumentationAndDefaultAndNoTypeName()
    {
        string[] types = [.. typeof(Experiment).Assembly.GetTypes().Concat(typeof(OptionsJson).Assembly.GetTypes())
            .Where(type => type is { IsPublic: true } && type.Name.Skip(1).Any(char.IsUpper)).Select(type => type.Name)];
        int keys = 0;
        JsonObject root = JsonNode.Parse(Shipped)!.AsObject();
        foreach (JsonObject section in root["definitions"]!.AsObject().Select(entry => entry.Value!.AsObject()).Prepend(root)
            .Where(section => section["properties"] is not null))
        {
            foreach ((string name, JsonNode? node) in section["properties"]!.AsObject())
            {
                JsonObject key = node!.AsObject();
                string words = key["description"]!.GetValue<string>();
                Assert.True(words.Length > 5 && words != name, $"{name} has no documentation.");
                Assert.DoesNotContain(types, type => words.Contains(type, StringComparison.Ordinal) && type is not "ImageNet");
                Assert.DoesNotMatch(@"\s[,;.](\s|$)|\n|  ", words);
                bool isRequired = section["required"] is JsonArray required && required.Any(one => one!.GetValue<string>() == name);
                Assert.True(isRequired || key.ContainsKey("deprecated") || key.ContainsKey("default"), $"{name} has no default.");
                keys++;
            }
        }

        Assert.InRange(keys, 150, 500);
    }

    [Fact]
    public void Schema_EachSettableOptionOfEachRecord_IsAKeyOfItsSection()
    {
        Type[] records = [.. typeof(Experiment).Assembly.GetExportedTypes()
            .Where(type => type is { IsAbstract: false } && type.GetMethod("<Clone>$") is not null)];
        JsonObject sections = JsonNode.Parse(Shipped)!["definitions"]!.AsObject();
        int options = 0;
        foreach (Type record in records)
        {
            string name = JsonNamingPolicy.CamelCase.ConvertName(record.Name.EndsWith("Options", StringComparison.Ordinal)
                ? record.Name[..^"Options".Length] : record.Name);
            JsonNode? section = record == typeof(Experiment) ? JsonNode.Parse(Shipped) : sections[name];
            bool isNamedInFiles = record.IsAssignableTo(typeof(NetworkOptions)) || record.IsAssignableTo(typeof(DegradationStepOptions));
            Assert.True(section is not null || !isNamedInFiles, $"{record.Name} has no section.");
            if (section?["properties"] is JsonObject keys)
            {
                string[] settable = [.. record.GetProperties()
                    .Where(one => one.SetMethod is { IsPublic: true } && !one.IsDefined(typeof(JsonIgnoreAttribute), true))
                    .Select(one => one.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
                        ?? JsonNamingPolicy.CamelCase.ConvertName(one.Name))];
                Assert.Subset(keys.Select(key => key.Key).ToHashSet(), settable.ToHashSet());
                options += settable.Length;
            }
        }

        Assert.InRange(options, 150, 500);
    }

    [Theory]
    [InlineData("sed", "seed")]
    [InlineData("Seed", "seed")]
    [InlineData("discription", "description")]
    [InlineData("modle", "model")]
    [InlineData("pretraind", "pretrained")]
    [InlineData("stage", "stages")]
    [InlineData("optimiser", "optimizer")]
    [InlineData("checkpoint", "checkpoints")]
    [InlineData("precison", "precision")]
    [InlineData("los", "loss")]
    [InlineData("loss.pixel_weight", "pixelWeight")]
    [InlineData("loss.gramfactor", "gramFactor")]
    [InlineData("loss.netwrok", "network")]
    [InlineData("loss.layer", "layers")]
    [InlineData("loss.normalised", "normalized")]
    [InlineData("loss.wieghts", "weights")]
    [InlineData("stages.0.lr", "learningRate")]
    [InlineData("stages.0.learning_rate", "learningRate")]
    [InlineData("stages.0.batch", "batchSize")]
    [InlineData("stages.0.epoch", "epochs")]
    [InlineData("stages.0.pct_start", "pctStart")]
    [InlineData("stages.0.frozn", "frozen")]
    [InlineData("stages.0.sampelsPerImage", "samplesPerImage")]
    [InlineData("data.validfraction", "validFraction")]
    [InlineData("data.sorce", "source")]
    [InlineData("data.degredations", "degradations")]
    [InlineData("data.degradations.jpg", "jpeg")]
    [InlineData("data.degradations.noise", "poissonNoise")]
    [InlineData("data.degradations.holes.probabilty", "probability")]
    [InlineData("data.degradations.downscale.kernel", "kernels")]
    [InlineData("optimizer.decay", "weightDecay")]
    [InlineData("training.ema", "emaDecay")]
    [InlineData("model.widht", "width")]
    public void Parse_MisspeltKey_IsAnsweredWithTheNearestName(string path, string meant)
    {
        JsonNode file = JsonNode.Parse(Experiment.Load("quick").ToJson())!;
        JsonNode at = file;
        string[] keys = path.Split('.');
        foreach (string key in keys[..^1])
        {
            at = at is JsonArray list ? list[int.Parse(key)]! : at[key] ??= new JsonObject();
        }

        at[keys[^1]] = 1;
        InputException error = Assert.Throws<InputException>(() => Experiment.Parse(file.ToJsonString(), "my.json"));
        Assert.Contains($"\"{keys[^1]}\" is unknown; did you mean \"", error.Message, StringComparison.Ordinal);
        Assert.Contains($"\"{meant}\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_KeyOfAnotherSection_IsAnsweredWithItsPlace()
    {
        const string File = """{ "name": "a", "gramFactor": 1, "stages": [{ "name": "s", "size": 64, "learningRate": 1e-3 }] }""";
        Assert.Contains("\"gramFactor\" is a key of \"loss\"", Assert.Throws<InputException>(() => Experiment.Parse(File, "a")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_EachKeyWithEachKindOfValue_NeverSpeaksOfTypes()
    {
        string quick = Experiment.Load("quick").ToJson();
        int refused = 0;
        foreach (string path in Paths(JsonNode.Parse(quick)!, "").Where(path => !path.StartsWith("run", StringComparison.Ordinal)))
        {
            foreach (string value in new[] { "null", "{}", "[]", "[null]", "\"x\"", "-1e9", "0.5", "1e99", "true", "{\"x\":1}" })
            {
                JsonNode file = JsonNode.Parse(quick)!;
                string[] keys = path.Split('/');
                JsonNode parent = keys[..^1].Aggregate(file, (node, key) => node is JsonArray list ? list[int.Parse(key)]! : node[key]!);
                if (parent is JsonArray items)
                {
                    items[int.Parse(keys[^1])] = JsonNode.Parse(value);
                }
                else
                {
                    parent[keys[^1]] = JsonNode.Parse(value);
                }

                try
                {
                    Experiment.Parse(file.ToJsonString(), "my.json");
                }
                catch (InputException e)
                {
                    refused++;
                    Assert.DoesNotMatch(@"System\.|SuperRes\.|Int32|Int64|Nullable|Options|Converter|\btype '|`", e.Message);
                    Assert.DoesNotContain('\n', e.Message);
                }
            }
        }

        Assert.InRange(refused, 500, 10_000);
    }

    [Fact]
    public void Describe_ASectionAndAKey_SaysTypeRangeDefaultAndMeaning()
    {
        CliResult loss = CliHarness.Run("experiment", "describe", "loss");
        CliResult rate = CliHarness.Run("experiment", "describe", "stages.learningRate");
        Assert.Contains("pixelWeight  number 0 and above; default 1\n      Factor on the pixels' own distance",
            loss.Out.ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
        Assert.StartsWith("stages.learningRate  number above 0 or \"slice(low,high)\"\n  Highest learning rate",
            rate.Out.ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
        Assert.All(loss.Out.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 120));
        Assert.Equal("There is no key \"pixel_weight\" in loss; did you mean pixelWeight?",
            CliHarness.WrongInput("experiment", "describe", "loss.pixel_weight"));
    }

    [Fact]
    public void List_Experiments_NamesEachWithWhatItIs()
    {
        string text = CliHarness.Run("experiment", "list").Out;
        Assert.All(Experiment.Names(), name => Assert.Contains(name, text, StringComparison.Ordinal));
        Assert.DoesNotContain(".schema", text, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Paths(JsonNode node, string path)
    {
        IEnumerable<(string Key, JsonNode? Value)> children = node switch
        {
            JsonObject section => section.Select(entry => (entry.Key, entry.Value)),
            JsonArray list => list.Take(2).Select((item, i) => ($"{i}", item)),
            _ => [],
        };
        return children.SelectMany(child => Paths(child.Value ?? new JsonObject(), $"{path}/{child.Key}".TrimStart('/')))
            .Prepend(path).Where(one => one.Length > 0);
    }

    /// <summary>The program as people start it, without what other tests registered in this process.</summary>
    private static CliResult InProcessOfItsOwn(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "superres.dll");
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("dotnet", [program, "experiment", .. arguments])
            {
                UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
                WorkingDirectory = LabFolders.Root,
            })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
