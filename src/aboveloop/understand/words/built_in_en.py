"""English examples of the intents that every operation has, and of messages that are nobody's business here."""

GREETING = (
    "hi", "hello", "hey there", "good morning", "good afternoon", "good evening everyone", "hello, anyone there?",
    "hiya", "greetings", "hi, how are you doing today?", "hey, nice to meet you", "hello bot",
)  # fmt: skip
THANKS = (
    "thanks", "thank you so much", "thanks a lot for your help", "cheers mate", "great, thank you", "much appreciated",
    "thx", "you have been very helpful, thank you", "perfect, thanks for sorting that out", "that's all, thank you",
    "brilliant service, thanks", "ok thanks, bye",
)  # fmt: skip
WANTS_PERSON = (
    "I want to talk to a human", "let me speak to a real person", "connect me with an agent",
    "can I speak with a representative", "human please", "give me a person", "transfer me to customer service staff",
    "I don't want to talk to a bot", "get me your manager", "put me through to someone real",
    "is there a person I can talk to", "I would rather chat with one of your colleagues", "operator", "agent",
    "stop this robot and let me talk to somebody", "call me back please, I want to speak to someone",
)  # fmt: skip
FORGET_IT = (
    "forget it", "never mind", "nevermind, it's fine", "leave it", "stop, I don't want to do this anymore",
    "let's drop it", "don't bother", "actually forget about it", "it's not important any more", "let's not do this",
    "ok forget what I said", "I'd like to start over", "abort", "skip it, it doesn't matter",
)  # fmt: skip
OTHER_ONE = (
    "no, the other one", "not this one, another", "I meant a different one", "the other order please",
    "that's not the one I mean", "wrong one, I meant my other order", "not that order", "no, a different one",
    "it's about another one", "I was talking about the previous one", "no, I mean the older one", "not that one",
)  # fmt: skip
# Written for no trade in particular: small talk, trivia, chores for a general assistant, other people's business.
OUT_OF_SCOPE = (
    "what's the weather like tomorrow", "will it rain in the mountains this weekend", "tell me a joke",
    "do you know any good riddles", "who won the football match last night", "how many goals did they score",
    "what is the capital of Australia", "how far away is the moon", "what's seventeen times twenty-three",
    "can you solve this equation for me", "write a poem about autumn", "write me an essay about the French revolution",
    "help me with my homework", "translate good night into Japanese", "how do you say cheese in Italian",
    "what should I cook tonight", "give me a recipe for pancakes", "how long do I boil an egg",
    "which party should I vote for", "what do you think of the president", "is there life on other planets",
    "what's the meaning of life", "are you alive", "do you have feelings", "how old are you", "who made you",
    "do you dream at night", "I am so bored today", "my girlfriend left me", "my dog ate my socks",
    "I had a terrible day at the office", "what a beautiful morning it is here", "play some jazz music",
    "recommend a good film to watch", "who sang that song about the yellow submarine", "set an alarm for six o'clock",
    "remind me to call my mother on Sunday", "turn off the lights in the kitchen", "what time is it in Tokyo",
    "how do I fix a flat bicycle tyre", "my computer does not start any more",
    "write a python function that sorts numbers",
    "how do I learn to play the guitar", "what is the best way to lose weight", "I have had a headache for three days",
    "should I see a doctor about my knee", "what is my horoscope for this week", "give me lottery numbers",
    "should I buy shares or gold", "what is bitcoin worth today", "we offer cheap search engine optimisation services",
    "increase your website traffic with our marketing package", "I am applying for a job, my CV is attached",
    "are you hiring at the moment", "our newsletter this month: ten tips for your garden",
    "congratulations, you have won a prize, click here", "who painted the ceiling of that famous chapel",
    "why is the sky blue", "how tall is the tallest building", "asdf qwer zxcv", "blah blah blah", "test test one two",
    "lorem ipsum dolor sit amet", "the train was late again this morning", "my neighbour plays loud music at night",
    "what happened in the news", "can cats see in the dark", "happy new year to you all",
)  # fmt: skip

ENGLISH: dict[str, tuple[str, ...]] = {
    "greeting": GREETING,
    "thanks": THANKS,
    "wants_person": WANTS_PERSON,
    "forget_it": FORGET_IT,
    "other_one": OTHER_ONE,
    "out_of_scope": OUT_OF_SCOPE,
}
