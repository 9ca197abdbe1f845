namespace SuperRes.Lab.Training;

/// <summary>The numbers of a step that are the same for all of a parameter's values.</summary>
internal readonly record struct AdamWFactors(
    float Shrink,
    float GradientDecay,
    float Beta1,
    float NewShare1,
    float Beta2,
    float NewShare2,
    float StepSize,
    float Correction2,
    float Epsilon);
