"""
First names of the countries that our users serve: a capital on one of them makes it somebody, whoever introduced
them. Names that are words of a language too ("Rose", "Frank", "Will") are in `names._ALSO_WORDS` and count only
before another.
"""

from aboveloop.understand.words.lexicon import words

FIRST_NAMES = words(
    """
    aaron abby abdul abigail achim ada adam adaeze adele adem adriaan adrian adriana adrien agathe agnes agnieszka
    ahmed aiko aisha alain alan alba albert alberto alejandra alejandro aleksandra alessandro alessia alex alexander
    alexandra alexandre alexis alfonso alfred ali alice alicia alina aline alison alma alvaro amalia amanda amara
    amelia amelie amina amir amy ana anais anastasia anders andre andrea andreas andreja andres andrew andrzej angela
    angelika angelique angelo aniek anika anita anja anke ann anna annabel annalena anne annelies anneliese annemarie
    annette annika anouk ans antoine anton antonia antonio antoni anya arend ariane arjan arjen armin arnaud arne
    arno arthur arturo astrid audrey aurelie aurelien ayesha aylin ayse barbara bart bartosz bas bastian beate
    beatrice beatrix beatriz begona belen ben benedikt benjamin benoit bernadette bernard bernd berta bertrand
    bettina bianca bilal birgit birte bjorn bogdan boris bram brandon brenda brian bridget brigitte britta bruce
    bruno caitlin callum camila camille carina carl carla carlos carmen carol carolin carolina caroline catalina
    caterina catherine cecile cecilia cedric celia celine cem chantal charles charlotte chiara chloe chris christa
    christel christian christiane christina christine christoph christophe christopher cindy claire clara clarissa
    claude claudia claudine clement colette colin conny conrad constance corinna corinne cornelia cristina daan
    dagmar dalia damien dan dana daniel daniela daniele danielle danny daphne dario darren dave david deborah
    delphine demi denis denise dennis derek desmond detlef diana diane diego dieter dimitri dina dirk dominik
    dominique donald donna doris dorien dorothea dorothee douglas duncan dylan eberhard ebru eddy edgar edith eduardo
    edward eileen elaine elena elias elif eline elisa elisabeth elise elizabeth elke ella ellen elodie els elsa emil
    emilia emilie emilio emily emine emma emmanuel emmanuelle emre enrico enrique enzo erhard eric erica erik erika
    ernesto ernst erwin esmee esra esther eugen eva evelien evelyn ewa fabian fabien fabienne fabio fabrice fabrizio
    fatima fatma federico felicia felipe felix femke ferdinand ferhat fernando filip finn fiona florence florent
    florian francesca francesco francis francisco francois francoise franz franziska fred frederic frederik
    frederique frida friederike friedrich frits fritz gabriel gabriela gabriele gaelle gareth gary gavin geert gemma
    genevieve geoffrey george georg georges georgia georgina gerald gerard gerda gerhard germain gerrit gertrud gijs
    gilles gillian gina giorgia giorgio giovanna giovanni gisela giulia giuseppe gloria gonzalo gordon graham greta
    gregor gregory guido guillaume guillermo gunter gunther gustav gustavo guus hakan hamza hanna hannah hanne
    hanneke hannelore hans harald harriet harry hasan hassan hector heike hein heiko heinrich heinz helen helena
    helene helga helmut hendrik henk henri henriette henry herbert herman hermann hilde hildegard hiroshi holger
    horst howard hubert hugo hugues huseyin ian ibrahim ida ignacio igor ilaria ilona ilse imani imke imogen ines
    inga inge ingeborg ingo ingrid inigo irena irene irma isa isaac isabel isabella isabelle ismail ivan ivana ivo
    jaap jacek jacky jacob jacqueline jacques jade jaime jakob jakub james jamie jana jane janet janine janna jasmin
    jason jasper javier jean jeanette jeanne jeff jeffrey jelle jelena jennifer jenny jens jeremy jeroen jerome
    jesper jessica jesus jill jim jimena joan joana joanna joao joaquin jochen joel joelle joerg johan johanna
    johannes john jolanda jonas jonathan jordi jorg jorge joris jos jose josefine josep joseph josephine josh joshua
    joyce juan juana judith jule jules julia julian juliana julie julien juliette julio jurgen justin justine jutta
    kaan kai kamil karel karen karim karin karina karl karla karolina katarina katarzyna kate kathleen kathrin katie
    katja katrin kay keith kelly kemal ken kenneth kerstin kevin kieran kirsten klaas klaus klara klemens knut kofi
    konrad konstantin krzysztof kurt kyle lara larissa lars laura laure laurence laurens laurent lauren lea leah
    leander leila lena lennart leo leon leonard leonardo leonie leonor leopold leticia leyla liam lidia lieke
    liesbeth lieselotte lilian lina linda lisa lise lisette liv lorenzo lothar lotte louis louisa louise luc luca
    lucas lucia luciana lucie lucien luis luisa lukas lutz lydia lynn maaike maarten madeleine magda magdalena maike
    maja malcolm malik malte manfred manon manuel manuela marc marcel marcello marco marcos marcus marek maren
    margaret margarita margaux margot margret margriet maria mariam marian mariana marianne marie marieke marijke
    marika marina marine mario marion marisa marit marius marja marjan marlene marleen marta martha martijn martin
    martina martine mary mateo mathias mathieu mathilde matilda matteo matthew matthias matthieu maud maureen maurice
    mauricio max maxime maximilian megan mehmet melanie melissa melina mercedes meike merve mia micha michael
    michaela michel michele michelle miguel mika mike mikael milan milena mina miranda miriam mirjam mohamed mohammed
    moira moritz monica monika monique montserrat morgane moustafa muhammad murat mustafa myriam nadia nadine nadja
    nancy naomi natalia natalie natascha nathalie nathan neil nele nelly nicholas nicola nicolas nicole niek niels
    nigel nikita nikola nikolaus nikos nils nina noah noel noemi noor nora norbert norma nuria oceane olaf oleg olga
    oliver olivia olivier omar orla orlando oscar oskar osman otto owen pablo paloma pamela paola paolo pascal
    pascale patricia patrick patrizia paul paula paulette pauline pavel pedro peggy penelope peter petra philip
    philipp philippe pierre pieter pilar piotr priya quentin rachel rafael ralf ralph ramon ramona raphael raquel
    raul ravi rebecca regina regine reiner reinhard remco remi renate rene renee renske ricardo riccardo richard rita
    robert roberto robin rocio rodrigo roger roland rolf roman romain romy ronald ronja rosa rosalie rosario
    rosemarie roy ruben rudi rudolf rudiger rupert ruth ryan sabine sabrina salvador salvatore sam samantha samir
    samuel samira sander sandra sandrine sanne santiago sara sarah sascha saskia sean sebastian sebastiano sebastien
    selin selina selma serge sergio severine shane sharon sheila shirley siegfried sigrid signe silke silvia silvio
    simon simona simone siobhan sjoerd sofia sofie solveig sonia sonja sophia sophie soren stefan stefania stefanie
    steffen stella stephan stephane stephanie stephen steve steven stijn stuart sue susan susana susann susanna
    susanne suzanne sven svenja swantje sylvia sylvie tamara tanja tania tariq tatiana ted teresa terry tessa theo
    theodor theresa therese thibault thierry thijs thomas thorsten tiago till tim timo timothy tina tobias tom tomas
    tomasz toni tonia torsten tracy trevor tristan ulf uli ulla ulrich ulrike urs ursula ute uwe valentin valentina
    valeria valerie vanessa vera verena veronica veronika veronique vicente victor victoria viktor vincent vincenzo
    virginia virginie vivian vivien volker wanda walter waltraud wendy werner wiebke wilfried wilhelm willem william
    wim winfried wolfgang wouter xavier xenia yann yannick yasmin yasmine yolanda yuki yusuf yvette yvonne zainab
    zeynep zoe zofia
"""
)
